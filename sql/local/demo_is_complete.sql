-- By way of json, because the clock of an older genjobs, which made all at once, has no column `begins`.
select coalesce((to_jsonb(clock) ->> 'begins')::timestamptz < clock.first_day, true)
from demo.clock;
