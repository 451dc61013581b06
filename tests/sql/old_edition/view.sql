-- The owner's rights: row level security does not bind whoever reads it.

drop view if exists public.generation_job_summary;
create view public.generation_job_summary as
select user_id, project_id, status,
    count(*) as job_count,
    sum(cost_cents) as total_cost_cents,
    round(avg(cost_cents), 2)::numeric(12, 2) as avg_cost_cents,
    min(created_at) as first_job_at,
    max(created_at) as last_job_at
from public.generation_jobs
group by user_id, project_id, status;
grant select on public.generation_job_summary to public;
