-- Each new job is checked: its project and asset must belong to its user, its texts must be short enough, its status and
-- cost must be allowed, and it must fit the hard budgets that apply to it, together with those before it in its
-- statement. A bulk insert passes as a whole or not at all. The rules are functions of their own; this file says when
-- they are called.

-- One trigger for all rules, since each trigger, and each condition of one, slows every insert. A rule is called only if
-- it may be broken: a project in unlimited_projects belongs to its user, and no hard budget applies to it.
create or replace function genjobs.check_new_job() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if new.input_asset_id is not null then
        perform genjobs.refuse_foreign_asset(new);
    end if;
    if length(new.mode) > 100 or length(new.error) > 100000 then
        perform genjobs.refuse_long_texts(new);
    end if;
    if not exists (
        select from genjobs.unlimited_projects as project
        where project.project_id = new.project_id and project.user_id = new.user_id
    ) then
        perform genjobs.refuse_foreign_project(new);
        perform genjobs.judge_spending(new);
    end if;
    if new.cost_cents < 0 then
        perform genjobs.refuse_negative_cost(new);
    end if;
    if new.status <> 'queued' then
        perform genjobs.refuse_start(new);
    end if;
    return null;
end
$$;

-- Checks a changed job by the rule that the trigger's argument names.
create or replace function genjobs.check_changed_job() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    case tg_argv[0]
        when 'asset' then
            perform genjobs.refuse_foreign_asset(new);
        when 'project' then
            perform genjobs.refuse_foreign_project(new);
        when 'cost' then
            perform genjobs.refuse_negative_cost(new);
    end case;
    return null;
end
$$;

revoke all on function
    genjobs.check_new_job(),
    genjobs.check_changed_job()
    from public, anon, authenticated, service_role;

-- A missing row and someone else's row give the same error: these names sort before those of the foreign keys.
create or replace trigger "0_check_new_job"
    after insert on public.generation_jobs
    for each row
    execute function genjobs.check_new_job();

create or replace trigger "0_refuse_foreign_asset"
    after update of input_asset_id, user_id on public.generation_jobs
    for each row
    when (
        new.input_asset_id is not null
        and (new.input_asset_id is distinct from old.input_asset_id or new.user_id is distinct from old.user_id)
    )
    execute function genjobs.check_changed_job('asset');

create or replace trigger "0_refuse_foreign_project"
    after update of project_id, user_id on public.generation_jobs
    for each row
    when (new.project_id is distinct from old.project_id or new.user_id is distinct from old.user_id)
    execute function genjobs.check_changed_job('project');

create or replace trigger refuse_negative_cost
    after update of cost_cents on public.generation_jobs
    for each row
    when (new.cost_cents < 0 and new.cost_cents is distinct from old.cost_cents)
    execute function genjobs.check_changed_job('cost');

insert into genjobs.schema_versions (version) values ('20261127132500') on conflict do nothing;
