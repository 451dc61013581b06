-- Each new job is judged: whether its project is its user's, whether its texts are short enough, and by the hard budgets
-- that bind it, together with those before it in its statement: a bulk insert passes as a whole or not at all.

-- The owner of the table may load jobs that are recorded later.
create or replace function genjobs.is_loading() returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(current_setting('genjobs.recording', true), '') = 'later'
        and coalesce(nullif(current_setting('role'), 'none'), session_user) = (
            select pg_catalog.pg_get_userbyid(relowner)
            from pg_catalog.pg_class
            where oid = 'public.generation_jobs'::regclass
        )
$$;

-- Cents as dollars in plain ASCII, since a message of this kind becomes a line of HTTP.
create or replace function genjobs.dollars(p_cents bigint) returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
    select '$' || to_char(p_cents / 100, 'FM999,999,999,999,999,990') || '.' || to_char(mod(p_cents, 100), 'FM00')
$$;

create or replace function genjobs.refuse_beyond_budget(p_job public.generation_jobs) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    added constant bigint := genjobs.added_cents(p_job);
    budget public.budgets;
    spent genjobs.spendings;
begin
    if added = 0 then
        return;
    end if;
    if p_job.created_at < '0001-01-01 00:00Z' or p_job.created_at >= '9999-01-01 00:00Z' then
        raise exception 'Where a budget is a hard limit, jobs are created in the years 1 to 9998.'
            using errcode = 'datetime_field_overflow',
                detail = format('created_at was to be %s.', p_job.created_at),
                hint = 'Leave created_at out to take the present moment.';
    end if;
    perform genjobs.take_turn(p_job.user_id);
    for budget in
        select hard.*
        from public.budgets as hard
        where hard.is_hard and hard.user_id = p_job.user_id
            and coalesce(hard.project_id, p_job.project_id) = p_job.project_id
        order by hard.id
    loop
        spent := genjobs.spent_before(budget, p_job);
        if spent.cents + added > budget.monthly_cents then
            raise exception
                'The job would go beyond the monthly budget: with it, % of % would be spent in %.',
                genjobs.dollars(spent.cents + added), genjobs.dollars(budget.monthly_cents),
                to_char(spent.month, 'YYYY-MM')
                using errcode = 'PT402',
                    detail = format(
                        'It is budget %s of %s, whose months are those of %s.',
                        budget.id, coalesce('project ' || budget.project_id, 'the person'), budget.time_zone
                    ),
                    hint = 'Raise the budget or make it a soft one, or wait for the next month.';
        end if;
        if spent.id is null then
            insert into genjobs.spendings overriding user value select spent.*;
        end if;
    end loop;
end
$$;

-- What each new job, and each that changes its project or user, is asked: whether the project is the user's, and of a new
-- one whether its texts are short enough and what the hard budgets say.
create or replace function genjobs.refuse_foreign_project() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' and (length(new.mode) > 100 or length(new.error) > 100000) then
        perform genjobs.refuse_long_texts(new);
    end if;
    if exists (
        select from genjobs.unlimited_projects as project
        where project.project_id = new.project_id and project.user_id = new.user_id
    ) then
        return null;
    end if;
    if not exists (
        select from public.projects as project
        where project.id = new.project_id and project.user_id = new.user_id
    ) then
        raise exception 'The job names a project that its user does not have.'
            using errcode = 'foreign_key_violation',
                constraint = 'generation_jobs_project_id_fkey',
                column = 'project_id',
                table = tg_table_name,
                schema = tg_table_schema,
                hint = 'Choose one of the user''s own projects.';
    end if;
    if tg_op <> 'INSERT' then
        return null;
    end if;
    if not genjobs.is_limited(new.project_id, new.user_id) then
        perform genjobs.note_unlimited(new.project_id, new.user_id);
    elsif not genjobs.is_loading() then
        perform genjobs.refuse_beyond_budget(new);
    end if;
    return null;
end
$$;

revoke all on function
    genjobs.is_loading(),
    genjobs.dollars(bigint),
    genjobs.refuse_beyond_budget(public.generation_jobs),
    genjobs.refuse_foreign_project()
    from public, anon, authenticated, service_role;

create or replace trigger "0_refuse_foreign_project_of_new"
    after insert on public.generation_jobs
    for each row execute function genjobs.refuse_foreign_project();

create or replace trigger "0_refuse_foreign_project"
    after update of project_id, user_id on public.generation_jobs
    for each row
    when (new.project_id is distinct from old.project_id or new.user_id is distinct from old.user_id)
    execute function genjobs.refuse_foreign_project();

insert into genjobs.schema_versions (version) values ('20261127132500') on conflict do nothing;
