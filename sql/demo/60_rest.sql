-- Whether this run leaves something to the next one: after the last two weeks the days before them, and after those
-- what has become due meanwhile.
select run.is_first or run.is_second as leaves_more
from pg_temp.run;
