-- Whether this run leaves something to the next one: days before, and after all of these what has become due meanwhile.
select run.is_first or run.is_backward as leaves_more
from pg_temp.run;
