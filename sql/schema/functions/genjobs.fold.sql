-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.fold(integer, integer, boolean)
CREATE OR REPLACE FUNCTION genjobs.fold(p_events integer DEFAULT 1000, p_milliseconds integer DEFAULT 20, p_histogram boolean DEFAULT false)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    began constant timestamptz := clock_timestamp();
begin
    if not genjobs.may_fold() then
        return null;
    end if;
    perform genjobs.erase_totals();
    if not genjobs.is_foldable() then
        return null;
    end if;
    while genjobs.fold_batch(p_events, p_histogram) = p_events loop
        if clock_timestamp() > began + p_milliseconds * interval '1 millisecond' then
            return false;
        end if;
    end loop;
    return true;
end
$function$;

-- grants of genjobs.fold(integer, integer, boolean)
REVOKE ALL ON FUNCTION genjobs.fold(integer, integer, boolean) FROM PUBLIC, anon, authenticated, service_role;
