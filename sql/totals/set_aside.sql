select
    pg_catalog.format(
        'event %s of job %s, in the %s: %s (%s)', aside.event_id, aside.job_id,
        case when aside.histogram then 'histograms' else 'totals' end, aside.reason, aside.code
    )
from genjobs.set_aside_events as aside
order by aside.set_aside_at, aside.event_id
limit 20
