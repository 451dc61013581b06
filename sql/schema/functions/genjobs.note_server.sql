-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.note_server()
CREATE OR REPLACE FUNCTION genjobs.note_server()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform genjobs.is_foldable();
    perform set_config('genjobs.server_noted', 'on', false);
end
$function$;

-- grants of genjobs.note_server()
REVOKE ALL ON FUNCTION genjobs.note_server() FROM PUBLIC, anon, authenticated, service_role;
