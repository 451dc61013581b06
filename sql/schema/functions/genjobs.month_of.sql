-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.month_of(timestamp with time zone, text)
CREATE OR REPLACE FUNCTION genjobs.month_of(p_at timestamp with time zone, p_time_zone text)
 RETURNS timestamp without time zone
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select case when p_at < genjobs.opening(shown.next, p_time_zone) then shown.month else shown.next end
    from (
        select given.month, given.month + interval '1 month' as next
        from (select date_trunc('month', p_at at time zone p_time_zone) as month) as given
    ) as shown
$function$;

-- grants of genjobs.month_of(timestamp with time zone, text)
REVOKE ALL ON FUNCTION genjobs.month_of(timestamp with time zone, text) FROM PUBLIC, anon, authenticated, service_role;
