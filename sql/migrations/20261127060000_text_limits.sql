-- Texts have a greatest length, counted in characters: a mode is part of the key of the totals, and any of them travels
-- with every answer. A rule binds a text when it is written: longer ones of before stay readable and movable.

create or replace function genjobs.refuse_text(
    p_table text, p_column text, p_words text, p_most integer, p_text text
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'The % may have at most % characters.', p_words, to_char(p_most, 'FM999,999')
        using errcode = 'check_violation',
            constraint = format('%s_is_not_too_long', p_column),
            column = p_column,
            table = p_table,
            schema = 'public',
            detail = format('It was to have %s.', to_char(length(p_text), 'FM999,999,999')),
            hint = format('Give at most %s characters.', to_char(p_most, 'FM999,999'));
end
$$;

-- Its arguments: the column, in words what it is, and the greatest length.
create or replace function genjobs.refuse_long_text() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform genjobs.refuse_text(
        tg_table_name, tg_argv[0], tg_argv[1], tg_argv[2]::integer, to_jsonb(new) ->> tg_argv[0]
    );
    return null;
end
$$;

-- Of a new job: this is asked by a trigger that each insert runs anyway, since another one would cost each insert. A job
-- that comes back as it was when it was deleted keeps its texts.
create or replace function genjobs.refuse_long_texts(p_job public.generation_jobs) returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select from public.generation_job_events as event
        where event.job_id = p_job.id
            and event.kind = 'deleted'
            and event.mode = p_job.mode
            and event.error is not distinct from p_job.error
    ) then
        return;
    end if;
    if length(p_job.mode) > 100 then
        perform genjobs.refuse_text('generation_jobs', 'mode', 'mode of a job', 100, p_job.mode);
    end if;
    perform genjobs.refuse_text('generation_jobs', 'error', 'error of a job', 100000, p_job.error);
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

revoke all on function genjobs.refuse_text(text, text, text, integer, text), genjobs.refuse_long_text(),
    genjobs.refuse_long_texts(public.generation_jobs), genjobs.refuse_foreign_project()
    from public, anon, authenticated, service_role;

create or replace trigger refuse_long_mode
    after update of mode on public.generation_jobs
    for each row
    when (length(new.mode) > 100 and new.mode is distinct from old.mode)
    execute function genjobs.refuse_long_text('mode', 'mode of a job', '100');
create or replace trigger refuse_long_error
    after update of error on public.generation_jobs
    for each row
    when (length(new.error) > 100000 and new.error is distinct from old.error)
    execute function genjobs.refuse_long_text('error', 'error of a job', '100000');

create or replace trigger refuse_long_name_of_new
    after insert on public.projects
    for each row
    when (length(new.name) > 200)
    execute function genjobs.refuse_long_text('name', 'name of a project', '200');
create or replace trigger refuse_long_name
    after update of name on public.projects
    for each row
    when (length(new.name) > 200 and new.name is distinct from old.name)
    execute function genjobs.refuse_long_text('name', 'name of a project', '200');

create or replace trigger refuse_long_path_of_new
    after insert on public.assets
    for each row
    when (length(new.storage_path) > 1000)
    execute function genjobs.refuse_long_text('storage_path', 'storage path of an asset', '1000');
create or replace trigger refuse_long_path
    after update of storage_path on public.assets
    for each row
    when (length(new.storage_path) > 1000 and new.storage_path is distinct from old.storage_path)
    execute function genjobs.refuse_long_text('storage_path', 'storage path of an asset', '1000');

insert into genjobs.schema_versions (version) values ('20261127060000') on conflict do nothing;

select 'Jobs with a mode of more than 100 characters' as found, count(*) as number
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
