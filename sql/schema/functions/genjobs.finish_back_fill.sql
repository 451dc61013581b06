-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.finish_back_fill()
CREATE OR REPLACE FUNCTION genjobs.finish_back_fill()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    update genjobs.fold_state
    set complete = true
    where genjobs.totals_state() = 'filling' and (select state.done from genjobs.back_fill_state as state);
    return genjobs.totals_state() = 'complete';
end
$function$;

-- grants of genjobs.finish_back_fill()
REVOKE ALL ON FUNCTION genjobs.finish_back_fill() FROM PUBLIC, anon, authenticated, service_role;
