-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.someone_elses()
CREATE OR REPLACE FUNCTION genjobs.someone_elses(OUT user_id uuid, OUT project_id uuid, OUT asset_id uuid, OUT job_id uuid, OUT event_job_id uuid, OUT budget_id uuid)
 RETURNS record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    with
    me as materialized (select auth.uid() as id),
    project as (
        (select id, user_id from public.projects
        where user_id < (select id from me) order by user_id desc limit 1)
        union all
        (select id, user_id from public.projects
        where user_id > (select id from me) order by user_id limit 1)
    ),
    asset as (
        (select id from public.assets where user_id < (select id from me) order by user_id desc limit 1)
        union all
        (select id from public.assets where user_id > (select id from me) order by user_id limit 1)
    ),
    job as (
        (select id from public.generation_jobs
        where user_id < (select id from me) order by user_id desc limit 1)
        union all
        (select id from public.generation_jobs where user_id > (select id from me) order by user_id limit 1)
    ),
    event as (
        (select job_id from public.generation_job_events
        where user_id < (select id from me) order by user_id desc limit 1)
        union all
        (select job_id from public.generation_job_events
        where user_id > (select id from me) order by user_id limit 1)
    ),
    budget as (
        (select id from public.budgets where user_id < (select id from me) order by user_id desc limit 1)
        union all
        (select id from public.budgets where user_id > (select id from me) order by user_id limit 1)
    ),
    other as (select id, user_id from project limit 1)
    select
        (select user_id from other),
        (select id from other),
        (select id from asset limit 1),
        (select id from job limit 1),
        (select job_id from event limit 1),
        (select id from budget limit 1)
$function$;

-- grants of genjobs.someone_elses()
REVOKE ALL ON FUNCTION genjobs.someone_elses() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.someone_elses() TO authenticated, service_role;
