-- A cost that is written is not negative. Rows that were negative before stay readable and movable.

create or replace function genjobs.refuse_negative_cost() returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
    raise exception 'The cost of a job cannot be negative.'
        using errcode = 'check_violation',
            constraint = 'cost_is_not_negative',
            column = 'cost_cents',
            table = tg_table_name,
            schema = tg_table_schema,
            detail = format('cost_cents was to be %s.', new.cost_cents),
            hint = 'Give whole cents, zero or more.';
end
$$;
revoke all on function genjobs.refuse_negative_cost() from public, anon, authenticated, service_role;

create or replace trigger refuse_negative_cost_of_new
    after insert on public.generation_jobs
    for each row
    when (new.cost_cents < 0)
    execute function genjobs.refuse_negative_cost();

create or replace trigger refuse_negative_cost
    after update of cost_cents on public.generation_jobs
    for each row
    when (new.cost_cents < 0 and new.cost_cents is distinct from old.cost_cents)
    execute function genjobs.refuse_negative_cost();

insert into genjobs.schema_versions (version) values ('20261123060500') on conflict do nothing;
