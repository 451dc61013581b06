-- How many jobs are taken in, and how far the comparison is among all possible ids, which are spread evenly.
select
    format(
        '%s jobs%s', to_char(state.jobs, 'FM999,999,999,990'),
        case
            when state.taken_in then format(
                ', %s%% compared', ('x' || left(state.job_id::text, 8))::bit(32)::bigint * 100 / 4294967296
            )
            else ''
        end
    )
from genjobs.back_fill_state as state
