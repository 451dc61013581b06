-- The rule of hard budgets: a new job is checked against the limits that apply to it, together with those before it in
-- its statement.

-- Cents as dollars in plain ASCII, since the message of an error PT402 becomes a line of HTTP.
create or replace function genjobs.dollars(p_cents bigint) returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
    select '$' || to_char(p_cents / 100, 'FM999,999,999,999,999,990') || '.' || to_char(mod(p_cents, 100), 'FM00')
$$;

-- A cost of 0 means that the cost is not known yet: such a job is refused once the month has reached the limit.
create or replace function genjobs.refuse_beyond_budget(p_job public.generation_jobs) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    added constant bigint := genjobs.added_cents(p_job);
    is_unknown constant boolean := p_job.cost_cents = 0
        and not (coalesce(current_setting('genjobs.restoring', true), '') = 'on' and genjobs.comes_back(p_job.id));
    budget public.budgets;
    spent genjobs.spendings;
begin
    if added = 0 and not is_unknown then
        return;
    end if;
    if p_job.created_at < '0001-01-01 00:00Z' or p_job.created_at >= '9999-01-01 00:00Z' then
        raise exception 'With a hard budget, created_at must be in the years 1 to 9998.'
            using errcode = 'datetime_field_overflow',
                detail = format('The given created_at is %s.', p_job.created_at),
                hint = 'Leave out created_at to use the current time.';
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
        if spent.cents + greatest(added, is_unknown::integer) > budget.monthly_cents then
            raise exception '%', format(
                case
                    when is_unknown
                        then 'The monthly budget of %s is used up (%s of %s in %s), and the job''s cost is not known yet.'
                    else 'The monthly budget of %1$s has no room for %5$s (%2$s of %3$s is spent in %4$s).'
                end,
                case when budget.project_id is null then 'all jobs' else 'the job''s project' end,
                genjobs.dollars(spent.cents), genjobs.dollars(budget.monthly_cents),
                to_char(spent.month, 'FMMonth YYYY'), genjobs.dollars(added)
            )
                using errcode = 'PT402',
                    detail = format(
                        'Budget %s of %s; its months are in time zone %s.',
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

-- Checks a new job against the hard budgets that apply to it. If there is none, its project is added to
-- unlimited_projects, so that the next job in it is not checked.
create or replace function genjobs.judge_spending(p_job public.generation_jobs) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if not genjobs.is_limited(p_job.project_id, p_job.user_id) then
        perform genjobs.note_unlimited(p_job.project_id, p_job.user_id);
    elsif not genjobs.is_loading() then
        perform genjobs.refuse_beyond_budget(p_job);
        perform genjobs.record_at_once(p_job);
    end if;
end
$$;

revoke all on function
    genjobs.dollars(bigint),
    genjobs.refuse_beyond_budget(public.generation_jobs),
    genjobs.judge_spending(public.generation_jobs)
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127132450') on conflict do nothing;
