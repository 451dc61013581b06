-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.totals_health(integer)
CREATE OR REPLACE FUNCTION genjobs.totals_health(p_most integer)
 RETURNS json
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- grants of genjobs.totals_health(integer)
REVOKE ALL ON FUNCTION genjobs.totals_health(integer) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.totals_health(integer) TO authenticated, service_role;
