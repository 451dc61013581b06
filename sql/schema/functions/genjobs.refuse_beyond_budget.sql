-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_beyond_budget(public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.refuse_beyond_budget(p_job public.generation_jobs)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- grants of genjobs.refuse_beyond_budget(public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.refuse_beyond_budget(public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
