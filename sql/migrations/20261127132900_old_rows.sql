-- Lists rows that the rules would refuse today. They stay, and can be read, moved and deleted.

insert into genjobs.schema_versions (version) values ('20261127132900') on conflict do nothing;

notify pgrst, 'reload schema';

select 'Jobs with a negative cost' as found, count(*) as number
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
where status not in ('queued', 'running', 'succeeded', 'failed')
union all
select 'Jobs with a mode of more than 100 characters', count(*)
from public.generation_jobs
where octet_length(mode) > 100 and length(mode) > 100
union all
select 'Jobs with an error of more than 100,000 characters', count(*)
from public.generation_jobs
where octet_length(error) > 100000 and length(error) > 100000
union all
select 'Projects with a name of more than 200 characters', count(*)
from public.projects
where octet_length(name) > 200 and length(name) > 200
union all
select 'Assets with a storage path of more than 1,000 characters', count(*)
from public.assets
where octet_length(storage_path) > 1000 and length(storage_path) > 1000;
