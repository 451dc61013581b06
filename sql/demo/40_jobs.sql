-- From the plan to rows: new jobs appear in the state that they have reached by now, older ones move on.

-- The staff's scheduled jobs of some mornings stick while they run, those of some afternoons in the queue.
-- Costs are in cents and lean to the right; a failed job costs a third. Waits and runs are in seconds.
create temporary table demo_plan on commit drop as
select
    pg_temp.identity('job ' || batch.email || batch.hour || ' ' || batch.number || ' ' || item) as id,
    project.user_id,
    project.id as project_id,
    batch.mode,
    batch.created_at,
    case when pg_temp.uniform(luck, 0) < 0.75 then 1 + floor(pg_temp.uniform(luck, 1) * 6)::integer end as picture,
    greatest(
        1,
        round(
            price.typical * exp(0.9 * (pg_temp.uniform(fate, 0) + pg_temp.uniform(luck, 2) - 1))
            / case when outcome.failed then 3 else 1 end
        )
    )::integer as cost_cents,
    life.started_at,
    case
        when outcome.stuck then batch.created_at + interval '6 days'
        else life.started_at + price.seconds * (0.5 + pg_temp.uniform(fate, 2)) * interval '1 second'
    end as finished_at,
    outcome.failed or outcome.stuck as failed,
    case
        when outcome.stuck then 12
        when incident.reason is not null and pg_temp.uniform(luck, 3) < 0.9 then incident.reason
        else 1 + floor(pg_temp.uniform(luck, 3) * 11)::integer
    end as reason,
    10 + floor(pg_temp.uniform(luck, 0) * 50)::integer as detail
from pg_temp.demo_batch as batch
cross join lateral generate_series(1, batch.jobs) as item
cross join lateral pg_temp.digest('fate ' || batch.email || batch.hour || ' ' || batch.number || ' ' || item) as fate
cross join lateral pg_temp.digest('luck ' || batch.email || batch.hour || ' ' || batch.number || ' ' || item) as luck
join (
    values
        ('main_white', 7, 40, 0.03), ('lifestyle', 32, 110, 0.05), ('feature_callout', 18, 70, 0.04),
        ('packaging', 48, 150, 0.06), ('ghost_mannequin', 24, 90, 0.11)
) as price (mode, typical, seconds, failure_rate) on price.mode = batch.mode
join (
    select listed.*, count(*) over (partition by listed.email) as projects
    from pg_temp.demo_project as listed
) as project
    on project.email = batch.email and project.number = 1 + floor(batch.project_choice * project.projects)
left join pg_temp.demo_incident as incident on batch.created_at >= incident.starts and batch.created_at < incident.ends
cross join lateral (
    select
        batch.number = 0 and case
            when batch.hour_of_day = 10 then batch.day % case batch.email when 'ben.studio@demo.example' then 3 else 5 end = 0
            when batch.hour_of_day = 15 then batch.day % case batch.email when 'ben.studio@demo.example' then 5 else 3 end = 1
            else false
        end as stuck,
        pg_temp.uniform(fate, 1) < case when incident.reason is null then price.failure_rate else 0.7 end as failed
) as outcome
cross join lateral (
    select
        case
            when outcome.stuck and batch.hour_of_day = 15
                then batch.created_at + interval '6 days' - interval '1 minute'
            else batch.created_at + (2 + 40 * power(pg_temp.uniform(fate, 3), 3)) * interval '1 second'
        end as started_at
) as life;

create temporary table demo_reason (number integer, text text) on commit drop;
insert into pg_temp.demo_reason (number, text)
values
    (1, 'Model endpoint answered 503: no capacity in this region'),
    (2, 'Rate limit reached: 60 requests a minute; try again in %s s'),
    (3, 'Generation timed out after 120 s at step %s of 60'),
    (4, 'Input is too small: 4%s x 480 pixels, at least 1024 x 1024 are needed'),
    (5, 'Input could not be decoded: JPEG ends after %s kB'),
    (6, 'Safety filter held the result back: a brand logo is visible'),
    (7, 'No product found in the input: the mask is empty'),
    (8, 'GPU ran out of memory while upscaling to 4096 pixels'),
    (9, 'Result could not be stored: upload broke off after %s s'),
    (10, 'Prompt template lacks a value for {surface}'),
    (11, 'Worker lost its connection to the queue'),
    (12, 'Given up after six days without a sign of life');

-- The rows are inserted as a restore does it, without triggers and foreign keys, which would take most of the time.
-- So what they refer to is looked up here, and locked until they are there, in the order in which deletes go.
create temporary table demo_kept_person on commit drop as
select person.id
from auth.users as person
where person.id in (select project.user_id from pg_temp.demo_project as project)
order by person.id
for key share;

create temporary table demo_kept_project on commit drop as
select project.id, project.user_id
from public.projects as project
join pg_temp.demo_project as listed on listed.id = project.id and listed.user_id = project.user_id
order by project.id
for key share of project;

create temporary table demo_kept_asset on commit drop as
select asset.id, listed.project_id, listed.mode, listed.number
from public.assets as asset
join pg_temp.demo_asset as listed on listed.id = asset.id and listed.user_id = asset.user_id
for key share of asset;

set local session_replication_role = replica;

insert into public.generation_jobs (
    id, user_id, project_id, status, mode, input_asset_id, error, cost_cents, created_at, updated_at
)
select
    plan.id,
    plan.user_id,
    plan.project_id,
    case
        when run.now < plan.started_at then 'queued'
        when run.now < plan.finished_at then 'running'
        when plan.failed then 'failed'
        else 'succeeded'
    end,
    plan.mode,
    picture.id,
    case when plan.failed and run.now >= plan.finished_at then replace(reason.text, '%s', plan.detail::text) end,
    plan.cost_cents,
    plan.created_at,
    case
        when run.now < plan.started_at then plan.created_at
        when run.now < plan.finished_at then plan.started_at
        else plan.finished_at
    end
from pg_temp.demo_plan as plan
cross join pg_temp.run
join pg_temp.demo_reason as reason on reason.number = plan.reason
join pg_temp.demo_kept_project as project on project.id = plan.project_id
join pg_temp.demo_kept_person as person on person.id = project.user_id
left join pg_temp.demo_kept_asset as picture
    on picture.project_id = plan.project_id and picture.mode = plan.mode and picture.number = plan.picture
where plan.created_at > run.since and plan.created_at <= run.until
on conflict (id) do nothing;

set local session_replication_role = origin;

select genjobs.take_in(array_agg(plan.id))
from pg_temp.demo_plan as plan
cross join pg_temp.run
where plan.created_at > run.since and plan.created_at <= run.until;

update public.generation_jobs as job
set status = 'running'
from pg_temp.demo_plan as plan
cross join pg_temp.run
where job.id = plan.id and job.status = 'queued' and plan.started_at <= run.now;

update public.generation_jobs as job
set
    status = case when plan.failed then 'failed' else 'succeeded' end,
    error = case when plan.failed then replace(reason.text, '%s', plan.detail::text) end
from pg_temp.demo_plan as plan
cross join pg_temp.run
join pg_temp.demo_reason as reason on true
where job.id = plan.id and job.status = 'running' and plan.finished_at <= run.now and reason.number = plan.reason;

update demo.clock
set
    begins = case when run.is_first or run.since < clock.begins then run.since else clock.begins end,
    reaches = greatest(clock.reaches, run.until)
from pg_temp.run;

analyze public.projects, public.assets, public.generation_jobs;
