-- How far the back-fill is among all possible ids, which are spread evenly.
select (('x' || left(state.job_id::text, 8))::bit(32)::bigint * 100 / 4294967296)::integer
from genjobs.back_fill_state as state
