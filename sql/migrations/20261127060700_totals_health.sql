-- How the totals are: what the Setup page and `genjobs verify` tell of them. Numbers alone, nothing of anyone's jobs.

-- Events that are not folded, at most p_most of them, and since when the first of them waits.
create or replace function genjobs.waiting_events(
    p_histogram boolean, p_most integer, out events bigint, out since timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        (
            select count(*)
            from (
                select
                from public.generation_job_events as event
                where (event.transaction_id, event.id) > (horizon.transaction_id, horizon.event_id)
                limit p_most
            ) as waiting
        ),
        (
            select event.at
            from public.generation_job_events as event
            where (event.transaction_id, event.id) > (horizon.transaction_id, horizon.event_id)
            order by event.transaction_id, event.id
            limit 1
        )
    from genjobs.horizon(p_histogram) as horizon
$$;

create or replace function genjobs.totals_health(p_most integer) returns json
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select json_build_object(
        'state', genjobs.totals_state(),
        'waiting', totals.events, 'waiting_since', totals.since,
        'histograms_waiting', histograms.events, 'histograms_waiting_since', histograms.since,
        'most', p_most,
        'set_aside', aside.events, 'set_aside_codes', aside.codes
    )
    from genjobs.waiting_events(false, p_most) as totals
    cross join genjobs.waiting_events(true, p_most) as histograms
    cross join (
        select
            count(distinct (aside.job_id, aside.event_id)) as events,
            coalesce(json_agg(distinct aside.code), '[]') as codes
        from genjobs.set_aside_events as aside
    ) as aside
$$;

-- Each count stops at `most`.
create or replace function public.get_totals_health() returns json
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.totals_health(1000000)
$$;

revoke all on function genjobs.waiting_events(boolean, integer), genjobs.totals_health(integer),
    public.get_totals_health()
    from public, anon, authenticated, service_role;
grant execute on function genjobs.totals_health(integer), public.get_totals_health() to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127060700') on conflict do nothing;
