-- The amounts reported for jobs, for each value that they are split by.

-- Jobs and cents of all jobs, including deleted ones; of queued, running, succeeded and failed jobs that still exist; of
-- deleted ones; and of those that failed or succeeded, deleted or not. `excluded_jobs` are those of the ever failed jobs
-- that the success rate leaves out: retried, cancelled or handed back. Answers list the amounts in this order, and these
-- names in `amounts`.
do $$
begin
    create type genjobs.amounts as (
        jobs bigint,
        cents bigint,
        queued_jobs bigint,
        queued_cents bigint,
        running_jobs bigint,
        running_cents bigint,
        succeeded_jobs bigint,
        succeeded_cents bigint,
        failed_jobs bigint,
        failed_cents bigint,
        deleted_jobs bigint,
        deleted_cents bigint,
        ever_failed_jobs bigint,
        ever_failed_cents bigint,
        ever_succeeded_jobs bigint,
        ever_succeeded_cents bigint,
        excluded_jobs bigint
    );
exception when duplicate_object then
    null;
end
$$;

create or replace function genjobs.amount_names() returns text[]
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    select array_agg(attribute.attname::text order by attribute.attnum)
    from pg_attribute as attribute
    where attribute.attrelid = 'genjobs.amounts'::regclass
$$;

-- The text of a composite value is its fields in order, and these are numbers: (1,2) becomes {1,2}.
create or replace function genjobs.listed(p_amounts genjobs.amounts) returns bigint[]
language plpgsql
immutable
strict
set search_path = pg_catalog, pg_temp
as $$
begin
    return translate(p_amounts::text, '()', '{}')::bigint[];
end
$$;

-- The amounts of each of the ranges [p_from[n], p_to[n]), for each mode, status, project or person, as p_split says.
create or replace function genjobs.cost_amounts(
    p_from timestamptz[], p_to timestamptz[], p_split text, p_filters genjobs.cost_filters
)
returns table (stretch integer, key text, amounts genjobs.amounts)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        summed.stretch, summed.key,
        (
            summed.jobs, summed.cents,
            summed.queued_jobs, summed.queued_cents, summed.running_jobs, summed.running_cents,
            summed.succeeded_jobs, summed.succeeded_cents, summed.failed_jobs, summed.failed_cents,
            summed.deleted_jobs, summed.deleted_cents,
            summed.ever_failed_jobs, summed.ever_failed_cents, summed.ever_succeeded_jobs, summed.ever_succeeded_cents,
            summed.excluded_jobs
        )::genjobs.amounts
    from (
        select
            cell.stretch,
            case p_split
                when 'mode' then cell.mode
                when 'status' then cell.status
                when 'project' then cell.project_id::text
                when 'person' then cell.user_id::text
                else ''
            end as key,
            sum(cell.jobs) as jobs, sum(cell.cents) as cents,
            coalesce(sum(cell.jobs) filter (where cell.status = 'queued' and not cell.deleted), 0) as queued_jobs,
            coalesce(sum(cell.cents) filter (where cell.status = 'queued' and not cell.deleted), 0) as queued_cents,
            coalesce(sum(cell.jobs) filter (where cell.status = 'running' and not cell.deleted), 0) as running_jobs,
            coalesce(sum(cell.cents) filter (where cell.status = 'running' and not cell.deleted), 0) as running_cents,
            coalesce(sum(cell.jobs) filter (where cell.status = 'succeeded' and not cell.deleted), 0) as succeeded_jobs,
            coalesce(sum(cell.cents) filter (where cell.status = 'succeeded' and not cell.deleted), 0) as succeeded_cents,
            coalesce(sum(cell.jobs) filter (where cell.status = 'failed' and not cell.deleted), 0) as failed_jobs,
            coalesce(sum(cell.cents) filter (where cell.status = 'failed' and not cell.deleted), 0) as failed_cents,
            coalesce(sum(cell.jobs) filter (where cell.deleted), 0) as deleted_jobs,
            coalesce(sum(cell.cents) filter (where cell.deleted), 0) as deleted_cents,
            coalesce(sum(cell.jobs) filter (where cell.status = 'failed'), 0) as ever_failed_jobs,
            coalesce(sum(cell.cents) filter (where cell.status = 'failed'), 0) as ever_failed_cents,
            coalesce(sum(cell.jobs) filter (where cell.status = 'succeeded'), 0) as ever_succeeded_jobs,
            coalesce(sum(cell.cents) filter (where cell.status = 'succeeded'), 0) as ever_succeeded_cents,
            sum(cell.excluded) as excluded_jobs
        from genjobs.cost_cells(
            p_from, p_to, genjobs.visible_people(p_filters), p_split = 'project', p_filters
        ) as cell
        group by 1, 2
    ) as summed
$$;

revoke all on function
    genjobs.amount_names(),
    genjobs.listed(genjobs.amounts),
    genjobs.cost_amounts(timestamptz[], timestamptz[], text, genjobs.cost_filters)
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131850') on conflict do nothing;
