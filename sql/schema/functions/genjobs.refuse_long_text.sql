-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_long_text()
CREATE OR REPLACE FUNCTION genjobs.refuse_long_text()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform genjobs.refuse_text(
        tg_table_name, tg_argv[0], tg_argv[1], tg_argv[2]::integer, to_jsonb(new) ->> tg_argv[0]
    );
    return null;
end
$function$;

-- grants of genjobs.refuse_long_text()
REVOKE ALL ON FUNCTION genjobs.refuse_long_text() FROM PUBLIC, anon, authenticated, service_role;
