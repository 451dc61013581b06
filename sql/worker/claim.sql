-- Ids as text and the moment as JSON has it: the same row as over the API.
select
    job.id::text, job.user_id::text, job.project_id::text, job.mode, job.input_asset_id::text,
    pg_catalog.to_json(job.created_at) #>> '{}' as created_at,
    pg_catalog.to_json(job.updated_at) #>> '{}' as updated_at, job.lease_token::text, job.attempt, job.timeout_seconds,
    job.first_job_id::text
from public.claim_generation_jobs(%s::uuid, %s, %s, %s::text[]) as job
