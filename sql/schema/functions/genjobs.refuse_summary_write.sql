-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_summary_write()
CREATE OR REPLACE FUNCTION genjobs.refuse_summary_write()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    raise exception 'The summary of jobs is read-only.'
        using errcode = 'insufficient_privilege',
            hint = 'Write to generation_jobs; the summary follows.';
end
$function$;

-- grants of genjobs.refuse_summary_write()
REVOKE ALL ON FUNCTION genjobs.refuse_summary_write() FROM PUBLIC, anon, authenticated, service_role;
