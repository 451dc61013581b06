-- A proof of isolation that a signed-in user can run: with only the caller's own rights, it tries to reach other people's
-- rows, and undoes whatever it did.

create or replace function genjobs.someone_elses(
    out user_id uuid, out project_id uuid, out asset_id uuid, out job_id uuid, out event_job_id uuid, out budget_id uuid
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
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
$$;
revoke all on function genjobs.someone_elses() from public, anon, authenticated, service_role;
grant execute on function genjobs.someone_elses() to authenticated, service_role;

-- In each statement $1 is the thing attacked, $2 the caller, $3 someone else, $4 someone else's project.
create or replace function public.prove_isolation()
returns table (
    attempt text, road text, affected bigint, refused boolean, detail text, foreign_rows_exist boolean
)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    me constant uuid := auth.uid();
    other record;
    trial record;
begin
    if me is null then
        raise exception 'The proof of isolation must run as a signed-in user, but nobody is signed in.'
            using errcode = 'insufficient_privilege', hint = 'Call it with the token of a signed-in user.';
    end if;
    select * into other from genjobs.someone_elses();

    for trial in
        select given.*
        from (values
            ('Read another person''s job', 'select', null, other.job_id,
                'select from public.generation_jobs where id = $1'),
            ('Change another person''s job', 'update', null, other.job_id,
                'update public.generation_jobs set error = ''changed'' where id = $1'),
            ('Take over another person''s job', 'update', null, other.job_id,
                'update public.generation_jobs set user_id = $2 where id = $1'),
            ('Delete another person''s job', 'delete', null, other.job_id,
                'delete from public.generation_jobs where id = $1'),
            ('Move another person''s job', 'function', null, other.job_id,
                'select from unnest(array[''running'', ''succeeded'']) as new_status'
                ' where public.transition_job_status($1, new_status)'),
            ('Read another person''s totals', 'function', null, other.user_id,
                'select from public.get_job_statistics($1)'),
            ('Read another person''s summary', 'select', null, other.user_id,
                'select from public.generation_job_summary where user_id = $1'),
            ('Create a job for another person', 'insert', '42501', other.user_id,
                'insert into public.generation_jobs (user_id, project_id, mode) values ($3, $4, ''lifestyle'')'),
            ('Create a job in another person''s project', 'insert', '23503', other.project_id,
                'insert into public.generation_jobs (user_id, project_id, mode) values ($2, $1, ''lifestyle'')'),
            ('Create a job with another person''s asset', 'insert', '23503', other.asset_id,
                'with mine as ('
                'insert into public.projects (user_id, name) values ($2, ''proof of isolation'') returning id'
                ') insert into public.generation_jobs (user_id, project_id, mode, input_asset_id)'
                ' select $2, mine.id, ''lifestyle'', $1 from mine'),
            ('Read another person''s project', 'select', null, other.project_id,
                'select from public.projects where id = $1'),
            ('Change another person''s project', 'update', null, other.project_id,
                'update public.projects set name = ''changed'' where id = $1'),
            ('Delete another person''s project', 'delete', null, other.project_id,
                'delete from public.projects where id = $1'),
            ('Create a project for another person', 'insert', '42501', other.user_id,
                'insert into public.projects (user_id, name) values ($3, ''proof of isolation'')'),
            ('Read another person''s asset', 'select', null, other.asset_id,
                'select from public.assets where id = $1'),
            ('Change another person''s asset', 'update', null, other.asset_id,
                'update public.assets set storage_path = ''changed'' where id = $1'),
            ('Delete another person''s asset', 'delete', null, other.asset_id,
                'delete from public.assets where id = $1'),
            ('Create an asset for another person', 'insert', '42501', other.user_id,
                'insert into public.assets'
                ' (user_id, project_id, kind, mode, prompt_version, prompt_payload, storage_path)'
                ' values ($3, $4, ''input'', ''lifestyle'', ''1'', ''{}'', ''proof of isolation'')'),
            ('Read another person''s history', 'select', null, other.event_job_id,
                'select from public.generation_job_events where job_id = $1'),
            ('Change another person''s history', 'update', null, other.event_job_id,
                'update public.generation_job_events set error = ''changed'' where job_id = $1'),
            ('Delete another person''s history', 'delete', null, other.event_job_id,
                'delete from public.generation_job_events where job_id = $1'),
            ('Write into another person''s history', 'insert', '42501', other.user_id,
                'insert into public.generation_job_events (job_id, job_created_at, user_id, project_id, kind, mode)'
                ' values (gen_random_uuid(), now(), $3, $4, ''created'', ''lifestyle'')'),
            ('Read another person''s budget', 'select', null, other.budget_id,
                'select from public.budgets where id = $1'),
            ('Change another person''s budget', 'update', null, other.budget_id,
                'update public.budgets set warn_percent = 1 where id = $1'),
            ('Delete another person''s budget', 'delete', null, other.budget_id,
                'delete from public.budgets where id = $1'),
            ('Create a budget for another person', 'insert', '42501', other.user_id,
                'insert into public.budgets (user_id, project_id, monthly_cents) values ($3, $4, 1)'),
            ('Create a budget for another person''s project', 'insert', '23503', other.project_id,
                'insert into public.budgets (user_id, project_id, monthly_cents) values ($2, $1, 1)')
        ) as given (attempt, road, refusal, target, statement)
    loop
        attempt := trial.attempt;
        road := trial.road;
        foreign_rows_exist := trial.target is not null;
        begin
            execute trial.statement
                using coalesce(trial.target, gen_random_uuid()), me, other.user_id, other.project_id;
            get diagnostics affected = row_count;
            raise exception using errcode = 'GJ000', message = 'undone';
        exception
            when sqlstate 'GJ000' then
                refused := affected = 0;
                detail := case when refused then 'Nothing was reached.' else 'It was reached; any change was undone.' end;
            when others then
                affected := 0;
                refused := sqlstate is not distinct from coalesce(trial.refusal, '42501');
                detail := sqlstate || ': ' || sqlerrm;
        end;
        return next;
    end loop;
end
$$;
revoke all on function public.prove_isolation() from public, anon, authenticated, service_role;
grant execute on function public.prove_isolation() to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127132600') on conflict do nothing;
