-- Texts have a maximum length in characters: a mode is part of the key of the totals, and each text is sent with every
-- answer. The rule applies when a text is written: longer texts that are older than it can still be read and moved.

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
            detail = format('The given text has %s characters.', to_char(length(p_text), 'FM999,999,999')),
            hint = format('Give at most %s characters.', to_char(p_most, 'FM999,999'));
end
$$;

-- Trigger arguments: the column, its name in words, and the maximum length.
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

-- For a new job. A job that is restored as it was when it was deleted keeps its texts.
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

revoke all on function
    genjobs.refuse_text(text, text, text, integer, text),
    genjobs.refuse_long_text(),
    genjobs.refuse_long_texts(public.generation_jobs)
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

insert into genjobs.schema_versions (version) values ('20261127130700') on conflict do nothing;
