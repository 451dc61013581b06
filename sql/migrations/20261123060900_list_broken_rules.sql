-- What this database holds that the rules would refuse today. Such rows stay: they can be read, moved and deleted.

insert into genjobs.schema_versions (version) values ('20261123060900') on conflict do nothing;

notify pgrst, 'reload schema';

select 'Jobs with a negative cost' as found, count(*) as jobs
from public.generation_jobs
where cost_cents < 0
union all
select 'Jobs in another person''s project', count(*)
from public.generation_jobs as job
join public.projects as project on project.id = job.project_id
where project.user_id <> job.user_id
union all
select 'Jobs with another person''s input asset', count(*)
from public.generation_jobs as job
join public.assets as asset on asset.id = job.input_asset_id
where asset.user_id <> job.user_id
union all
select 'Jobs with an unknown status', count(*)
from public.generation_jobs
where status not in ('queued', 'running', 'succeeded', 'failed');
