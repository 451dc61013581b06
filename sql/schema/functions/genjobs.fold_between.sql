-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.fold_between(xid8, bigint, xid8, bigint, boolean)
CREATE OR REPLACE FUNCTION genjobs.fold_between(p_after_transaction xid8, p_after_event bigint, p_upto_transaction xid8, p_upto_event bigint, p_histogram boolean)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
    with side as (
        select
            event.user_id, event.project_id, given.status, given.deleted,
            case when octet_length(event.mode) <= 100 then event.mode else genjobs.totals_mode(event.mode) end as mode,
            case
                when p_histogram
                    then greatest(width_bucket(given.cost_cents::bigint, genjobs.histogram_bounds()) - 1, 0)
                else -1
            end::smallint as cost_bucket,
            least(greatest(floor(extract(epoch from event.job_created_at) / 900), -234000000), 2147483647)::integer as quarter,
            given.jobs, given.jobs::bigint * given.cost_cents as cents
        from public.generation_job_events as event
        cross join lateral (
            values
                (event.old_status, event.kind = 'restored', -1, event.old_cost_cents),
                (event.new_status, event.kind = 'deleted', 1, event.new_cost_cents)
        ) as given (status, deleted, jobs, cost_cents)
        where (event.transaction_id, event.id) > (p_after_transaction, p_after_event)
            and (event.transaction_id, event.id) <= (p_upto_transaction, p_upto_event)
            and given.status is not null
    ),
    delta as (
        select
            user_id, project_id, mode, status, deleted, cost_bucket, quarter,
            sum(jobs)::integer as jobs, sum(cents)::bigint as cents
        from side
        group by 1, 2, 3, 4, 5, 6, 7
        having sum(jobs) <> 0 or sum(cents) <> 0
    ),
    touched as (
        select
            delta.user_id, level.project_id, delta.cost_bucket, place.day, delta.mode, delta.status, delta.deleted,
            min(place.quarter) as first_quarter, max(place.quarter) as last_quarter,
            sum(delta.jobs) as own_jobs, sum(delta.cents) as own_cents,
            array_agg(place.quarter) as quarters, array_agg(delta.jobs) as jobs, array_agg(delta.cents) as cents
        from delta
        cross join lateral (
            values ('00000000-0000-0000-0000-000000000000'::uuid), (delta.project_id)
        ) as level (project_id)
        cross join lateral (
            select
                date '1970-01-01' + floor(delta.quarter / 96.0)::integer as day,
                mod(mod(delta.quarter, 96) + 96, 96)::smallint as quarter
        ) as place
        group by 1, 2, 3, 4, 5, 6, 7
    ),
    found as (
        select
            row_number() over () as number, touched.*, start.same,
            coalesce(total.jobs[start.same], 0) as base_jobs, coalesce(total.cents[start.same], 0) as base_cents,
            total.quarters[start.same + 1:] as old_quarters,
            total.jobs[start.same + 1:] as old_jobs,
            total.cents[start.same + 1:] as old_cents,
            touched.first_quarter = touched.last_quarter
            and coalesce(total.quarters[start.same + 1], touched.first_quarter) = touched.first_quarter
            and total.quarters[start.same + 2] is null as is_last
        from touched
        left join genjobs.cost_totals as total
            using (user_id, project_id, cost_bucket, day, mode, status, deleted)
        cross join lateral (
            select coalesce(width_bucket((touched.first_quarter - 1)::smallint, total.quarters), 0) as same
        ) as start
    ),
    part as (
        select
            number, user_id, project_id, cost_bucket, day, mode, status, deleted, same, base_jobs, base_cents,
            piece.quarter, piece.jobs as own_jobs, piece.cents as own_cents
        from found
        cross join lateral unnest(found.quarters, found.jobs, found.cents) as piece (quarter, jobs, cents)
        where not is_last
        union all
        select
            number, user_id, project_id, cost_bucket, day, mode, status, deleted, same, base_jobs, base_cents,
            piece.quarter,
            piece.jobs - lag(piece.jobs, 1, base_jobs) over row_pieces,
            piece.cents - lag(piece.cents, 1, base_cents) over row_pieces
        from found
        cross join lateral unnest(old_quarters, old_jobs, old_cents) as piece (quarter, jobs, cents)
        where not is_last
        window row_pieces as (partition by number order by piece.quarter)
    ),
    summed as (
        select
            number, quarter, user_id, project_id, cost_bucket, day, mode, status, deleted, same, base_jobs, base_cents,
            sum(own_jobs) as own_jobs, sum(own_cents) as own_cents
        from part
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
    ),
    running as (
        select
            summed.*,
            (base_jobs + sum(own_jobs) over row_quarters)::integer as jobs,
            (base_cents + sum(own_cents) over row_quarters)::bigint as cents
        from summed
        window row_quarters as (partition by number order by quarter)
    ),
    made as (
        select
            user_id, project_id, cost_bucket, day, mode, status, deleted, same,
            array_agg(quarter order by quarter) filter (where own_jobs <> 0 or own_cents <> 0) as quarters,
            array_agg(jobs order by quarter) filter (where own_jobs <> 0 or own_cents <> 0) as jobs,
            array_agg(cents order by quarter) filter (where own_jobs <> 0 or own_cents <> 0) as cents
        from running
        group by number, 1, 2, 3, 4, 5, 6, 7, 8
        union all
        select
            user_id, project_id, cost_bucket, day, mode, status, deleted, same,
            case when piece.is_kept then array[first_quarter] end,
            case when piece.is_kept then array[piece.jobs] end,
            case when piece.is_kept then array[piece.cents] end
        from found
        cross join lateral (
            select last.jobs, last.cents, last.jobs <> base_jobs or last.cents <> base_cents as is_kept
            from (
                select
                    (coalesce(old_jobs[1], base_jobs) + own_jobs)::integer as jobs,
                    (coalesce(old_cents[1], base_cents) + own_cents)::bigint as cents
            ) as last
        ) as piece
        where is_last
    )
    merge into genjobs.cost_totals as total
    using made
        on total.user_id = made.user_id
            and total.project_id = made.project_id
            and total.cost_bucket = made.cost_bucket
            and total.day = made.day
            and total.mode = made.mode
            and total.status = made.status
            and total.deleted = made.deleted
    when matched and made.same = 0 and made.quarters is null then
        delete
    when matched then
        update set
            quarters = total.quarters[:made.same] || made.quarters,
            jobs = total.jobs[:made.same] || made.jobs,
            cents = total.cents[:made.same] || made.cents
    when not matched and made.quarters is not null then
        insert (user_id, project_id, cost_bucket, day, mode, status, deleted, quarters, jobs, cents)
        values (
            made.user_id, made.project_id, made.cost_bucket, made.day, made.mode, made.status, made.deleted,
            made.quarters, made.jobs, made.cents
        )
$function$;

-- grants of genjobs.fold_between(xid8, bigint, xid8, bigint, boolean)
REVOKE ALL ON FUNCTION genjobs.fold_between(xid8, bigint, xid8, bigint, boolean) FROM PUBLIC, anon, authenticated, service_role;
