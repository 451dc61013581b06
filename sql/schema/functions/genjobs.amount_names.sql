-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.amount_names()
CREATE OR REPLACE FUNCTION genjobs.amount_names()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select array[
        'jobs', 'cents', 'queued_jobs', 'queued_cents', 'running_jobs', 'running_cents', 'succeeded_jobs',
        'succeeded_cents', 'failed_jobs', 'failed_cents', 'deleted_jobs', 'deleted_cents', 'ever_failed_jobs',
        'ever_failed_cents', 'ever_succeeded_jobs', 'ever_succeeded_cents'
    ]
$function$;

-- grants of genjobs.amount_names()
REVOKE ALL ON FUNCTION genjobs.amount_names() FROM PUBLIC, anon, authenticated, service_role;
