-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.fold_sometimes(bigint, bigint)
CREATE OR REPLACE FUNCTION genjobs.fold_sometimes(p_first_id bigint, p_last_id bigint)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform genjobs.fold(8192);
    if p_last_id / 65536 > (p_first_id - 1) / 65536 then
        perform genjobs.fold(131072, 0, true);
    end if;
exception when others then
    raise warning 'The totals were not folded after event %: % (%)', p_last_id, sqlerrm, sqlstate;
end
$function$;

-- grants of genjobs.fold_sometimes(bigint, bigint)
REVOKE ALL ON FUNCTION genjobs.fold_sometimes(bigint, bigint) FROM PUBLIC, anon, authenticated, service_role;
