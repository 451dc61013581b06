-- What totals of past periods stand on does not change through the API: when a job was made, whose it is, and what a
-- finished one has cost. The owner of the tables may mend them.

create or replace function genjobs.refuse_settled() returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
    raise exception 'The moment, the owner and the cost of a finished job cannot be changed.'
        using errcode = 'check_violation',
            constraint = 'settled_facts_stay',
            table = tg_table_name,
            schema = tg_table_schema,
            detail = format('Job %s is %s.', old.id, old.status),
            hint = 'created_at and user_id never change, nor does cost_cents once a job succeeded or failed.';
end
$$;
revoke all on function genjobs.refuse_settled() from public, anon, authenticated, service_role;

create or replace trigger refuse_settled
    after update of created_at, user_id, cost_cents on public.generation_jobs
    for each row
    when (
        current_user in ('anon', 'authenticated', 'service_role')
        and (
            new.created_at is distinct from old.created_at
            or new.user_id is distinct from old.user_id
            or (new.cost_cents is distinct from old.cost_cents and old.status in ('succeeded', 'failed'))
        )
    )
    execute function genjobs.refuse_settled();

insert into genjobs.schema_versions (version) values ('20261124090800') on conflict do nothing;
