-- No negative cost can be written; older rows that have one can still be read and moved. Through the API, nothing that
-- the totals of past periods depend on can be changed: when a job was created, its owner, and the cost of a finished job;
-- nor its id, by which its worker reports what it cost. The owner of the tables can correct them.

create or replace function genjobs.refuse_negative_cost(p_job public.generation_jobs) returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'The cost of a job cannot be negative.'
        using errcode = 'check_violation',
            constraint = 'cost_is_not_negative',
            column = 'cost_cents',
            table = 'generation_jobs',
            schema = 'public',
            detail = format('The given cost_cents is %s.', p_job.cost_cents),
            hint = 'Give whole cents, zero or more.';
end
$$;

create or replace function genjobs.refuse_settled() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'id, created_at and user_id of a job cannot be changed, nor cost_cents once it has finished.'
        using errcode = 'check_violation',
            constraint = 'settled_facts_stay',
            table = tg_table_name,
            schema = tg_table_schema,
            detail = format('Job %s is %s.', old.id, old.status),
            hint = 'Leave these columns out of the update; only the owner of the tables can correct them.';
end
$$;

revoke all on function genjobs.refuse_negative_cost(public.generation_jobs), genjobs.refuse_settled()
    from public, anon, authenticated, service_role;

create or replace trigger refuse_settled
    after update of id, created_at, user_id, cost_cents on public.generation_jobs
    for each row
    when (
        current_user in ('anon', 'authenticated', 'service_role')
        and (
            new.id is distinct from old.id
            or new.created_at is distinct from old.created_at
            or new.user_id is distinct from old.user_id
            or (new.cost_cents is distinct from old.cost_cents and old.status in ('succeeded', 'failed'))
        )
    )
    execute function genjobs.refuse_settled();

insert into genjobs.schema_versions (version) values ('20261127130600') on conflict do nothing;
