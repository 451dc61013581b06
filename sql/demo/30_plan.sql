-- The progress of a first load: the jobs that are there, and the percent before and after this run, by time.
select
    not run.is_first as has_recent,
    (
        select count(*)
        from public.generation_jobs as job
        join pg_temp.demo_project as project on project.id = job.project_id
    ) as jobs,
    case when load.is_first then 99 * (seconds.whole - seconds.until)::bigint / seconds.whole else 99 end as percent_before,
    case when load.is_first then 99 * (seconds.whole - seconds.since)::bigint / seconds.whole else 99 end as percent_after
from pg_temp.run
cross join lateral (select run.is_first or run.is_backward as is_first) as load
cross join lateral (
    select
        extract(epoch from run.now - run.first_day)::integer as whole,
        extract(epoch from run.until - run.first_day)::integer as until,
        greatest(0, extract(epoch from run.since - run.first_day))::integer as since
) as seconds;

-- The plan: every job of the hours in question with its whole life, whatever the time is now.
-- It looks back a week before them, since a stuck job is given up after six days.

-- How many jobs each person makes in each hour: weekday, hour of the day (UTC) and growth, rounded by chance.
-- The staff have one scheduled job at every full hour and the analyst one at midnight, so that no day is empty.
create temporary table demo_hour on commit drop as
select
    slot.hour,
    person.email,
    person.is_staff or extract(hour from slot.hour) = 0 as has_scheduled,
    floor(
        run.jobs_a_day * person.share
        * (array[0.15, 1.0, 1.1, 1.15, 1.1, 0.9, 0.25])[1 + extract(dow from slot.hour)::integer]
        * (0.6 + 0.8 * least(1, extract(epoch from slot.hour - run.first_day) / 86400 / 120))
        * curve.weight[1 + extract(hour from slot.hour)::integer] / 100.7
        + pg_temp.uniform(pg_temp.digest('hour ' || person.email || slot.hour), 0)
    )::integer as jobs
from pg_temp.run
cross join lateral generate_series(
    greatest(run.first_day, date_trunc('hour', run.since - case when run.is_first then interval '0' else interval '7 days' end)),
    date_trunc('hour', run.until),
    interval '1 hour'
) as slot (hour)
cross join (
    values
        ('ben.studio@demo.example', true, 0.55),
        ('chloe.studio@demo.example', true, 0.40),
        ('ana.analyst@demo.example', false, 0.05)
) as person (email, is_staff, share)
cross join (
    select array[
        0.3, 0.2, 0.2, 0.2, 0.3, 0.6, 1.5, 4.0, 8.0, 10.5, 11.0, 9.5,
        6.5, 8.5, 10.0, 9.5, 7.5, 4.5, 2.5, 1.8, 1.4, 1.0, 0.7, 0.5
    ] as weight
) as curve;

-- One day in twenty has an incident of three to six hours in which most jobs fail, nearly all for the same reason.
create temporary table demo_incident on commit drop as
select
    day + (7 + floor(pg_temp.uniform(chance, 1) * 5)) * interval '1 hour' as starts,
    day + (11 + floor(pg_temp.uniform(chance, 2) * 6)) * interval '1 hour' as ends,
    (array[1, 2, 3, 8, 9, 11])[1 + floor(pg_temp.uniform(chance, 3) * 6)::integer] as reason
from pg_temp.run
cross join lateral generate_series(
    floor(extract(epoch from run.first_day) / 86400 / 20)::integer,
    floor(extract(epoch from run.now) / 86400 / 20)::integer
) as block
cross join lateral pg_temp.digest('incident ' || block) as chance
cross join lateral (
    select to_timestamp((block * 20 + floor(pg_temp.uniform(chance, 0) * 18)) * 86400) as picked
) as choice
cross join lateral (
    select
        choice.picked
        + case extract(isodow from choice.picked) when 6 then 2 when 7 then 1 else 0 end * interval '1 day' as day
) as workday;

-- People send three pictures at a time: a batch shares its moment, project and mode. Batch 0 is the scheduled job.
create temporary table demo_batch on commit drop as
select
    hour.hour,
    hour.email,
    extract(hour from hour.hour)::integer as hour_of_day,
    extract(epoch from hour.hour)::bigint / 86400 as day,
    batch.number,
    case when batch.number = 0 then 1 else least(3, hour.jobs - 3 * (batch.number - 1)) end as jobs,
    hour.hour
    + case when batch.number = 0 then 0 else pg_temp.uniform(chance, 0) * 3600 end * interval '1 second' as created_at,
    power(pg_temp.uniform(chance, 1), 1.4) as project_choice,
    case
        when pg_temp.uniform(chance, 2) < 0.40 then 'main_white'
        when pg_temp.uniform(chance, 2) < 0.70 then 'lifestyle'
        when pg_temp.uniform(chance, 2) < 0.87 then 'feature_callout'
        when pg_temp.uniform(chance, 2) < 0.98 then 'packaging'
        else 'ghost_mannequin'
    end as mode
from pg_temp.demo_hour as hour
cross join lateral generate_series(
    case when hour.has_scheduled then 0 else 1 end, ceil(hour.jobs / 3.0)::integer
) as batch (number)
cross join lateral pg_temp.digest('batch ' || hour.email || hour.hour || ' ' || batch.number) as chance;
