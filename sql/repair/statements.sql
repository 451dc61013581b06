-- The statements of a repair that no file of sql/schema holds. Names in braces are filled in, quoted already.

-- name: session
-- What is done beside writers, such as building an index, waits for every older transaction and holds up nobody meanwhile.
set statement_timeout = 0;
set lock_timeout = 0;
set client_min_messages = warning;
set search_path = pg_catalog, pg_temp;
-- One repair, or one `genjobs migrate`, at a time.
select pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended('genjobs migrate', 0));

-- name: begin
-- Whoever waits for a lock holds up all who come after: better to let go and try again. Functions may name what comes later.
set local lock_timeout = '1s';
set local check_function_bodies = off;

-- name: end
select pg_catalog.pg_advisory_unlock(pg_catalog.hashtextextended('genjobs migrate', 0));

-- name: reload
notify pgrst, 'reload schema';

-- name: add_column
alter table {table} add column {column} {definition};

-- name: drop_column
alter table {table} drop column {column};

-- name: change_type
alter table {table} alter column {column} drop default, alter column {column} type {type} using {column}::{type};

-- name: set_default
alter table {table} alter column {column} set default {default};

-- name: drop_default
alter table {table} alter column {column} drop default;

-- name: drop_not_null
alter table {table} alter column {column} drop not null;

-- name: check_not_null
-- The rows are looked at while writers go on; PostgreSQL then takes the constraint's word for it.
alter table {table} drop constraint if exists {name};
alter table {table} add constraint {name} check ({column} is not null) not valid;

-- name: set_not_null
alter table {table} alter column {column} set not null;
alter table {table} drop constraint {name};

-- name: validate_constraint
alter table {table} validate constraint {name};

-- name: use_index
alter table {table} add constraint {name} {kind} using index {index}{timing};

-- name: rename_index
alter index {schema}.{old} rename to {new};

-- name: rename_constraint
alter table {table} rename constraint {old} to {new};

-- name: rename_trigger
alter trigger {old} on {table} rename to {new};

-- name: rename_policy
alter policy {old} on {table} rename to {new};

-- name: drop_index
drop index concurrently if exists {schema}.{index};

-- name: drop_constraint
alter table {table} drop constraint if exists {name};

-- name: drop_table
drop table if exists {table};

-- name: drop_with_triggers
drop function {function} cascade;

-- name: set_persistence
alter table {table} set {persistence};

-- name: empty_table
delete from {table};

-- name: mark_incomplete
-- The jobs are read until the log has been compared with every one of them and the totals were made anew.
do $$
begin
    if to_regclass('genjobs.totals_origins') is not null then
        delete from genjobs.totals_origins;
        insert into genjobs.totals_origins (cluster) values (0);
    end if;
    if to_regclass('genjobs.fold_state') is not null then
        update genjobs.fold_state set complete = false;
    end if;
    if to_regclass('genjobs.back_fill_state') is not null then
        update genjobs.back_fill_state
        set job_id = '00000000-0000-0000-0000-000000000000', taken_in = true, done = false;
    end if;
end
$$;

-- name: lacks_rows
select not exists (select from genjobs.fold_state)
    or not exists (select from genjobs.back_fill_state)
    or not exists (select from genjobs.totals_origins);

-- name: restore_rows
-- The rows that the migrations make. Where one was missing nobody knows what the totals hold.
insert into genjobs.fold_state (complete)
select not exists (select from public.generation_jobs) and not exists (select from public.generation_job_events)
on conflict do nothing;
insert into genjobs.back_fill_state (taken_in, done)
select exists (select from public.generation_job_events), state.complete
from genjobs.fold_state as state
on conflict do nothing;
insert into genjobs.totals_origins (cluster)
select 0 where not exists (select from genjobs.totals_origins);

-- name: others_rights
-- What roles other than the API's may do with our objects, as statements: what is dropped and created again loses it.
with securable (noun, name, owner, acl, col) as (
    select
        case rel.relkind when 'S' then 'sequence' else 'table' end, format('%I.%I', space.nspname, rel.relname),
        rel.relowner, held.acl, held.col
    from pg_class as rel
    join pg_namespace as space on space.oid = rel.relnamespace and space.nspname in ('genjobs', 'public')
    cross join lateral (
        select rel.relacl, ''
        union all
        select attacl, format(' (%I)', attname) from pg_attribute where attrelid = rel.oid and not attisdropped
    ) as held (acl, col)
    where rel.relkind in ('r', 'v', 'S')
    union all
    select
        case fn.prokind when 'p' then 'procedure' else 'function' end,
        format('%I.%I(%s)', space.nspname, fn.proname, oidvectortypes(fn.proargtypes)), fn.proowner, fn.proacl, ''
    from pg_proc as fn
    join pg_namespace as space on space.oid = fn.pronamespace and space.nspname in ('genjobs', 'public')
    where fn.prokind in ('f', 'p')
)
select format(
    'grant %s%s on %s %s to %I%s', given.privilege_type, own.col, own.noun, own.name, role.rolname,
    case when given.is_grantable then ' with grant option' else '' end
)
from securable as own
cross join lateral aclexplode(own.acl) as given
join pg_roles as role on role.oid = given.grantee and role.oid <> own.owner
where role.rolname not in ('anon', 'authenticated', 'service_role');

-- name: rebuild
select genjobs.rebuild_cost_totals();

-- name: mend_queue
-- What was queued or moved while no trigger told the queue.
select genjobs.rebuild_job_queue();

-- name: forget_people
-- What goes with its user leaves no trace, also where the user went while the trigger that says so was missing.
delete from public.generation_job_events as event
where not exists (select from auth.users as person where person.id = event.user_id);
insert into genjobs.erasures (user_id)
select distinct total.user_id
from genjobs.cost_totals as total
where not exists (select from auth.users as person where person.id = total.user_id)
on conflict do nothing;
