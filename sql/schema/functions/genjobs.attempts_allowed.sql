-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.attempts_allowed(uuid, text)
CREATE OR REPLACE FUNCTION genjobs.attempts_allowed(p_job_id uuid, p_mode text)
 RETURNS smallint
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return coalesce(
        (select options.max_attempts from genjobs.job_options as options where options.job_id = p_job_id),
        (select limits.max_attempts from genjobs.mode_limits as limits where limits.mode = p_mode),
        3
    );
end
$function$;

-- grants of genjobs.attempts_allowed(uuid, text)
REVOKE ALL ON FUNCTION genjobs.attempts_allowed(uuid, text) FROM PUBLIC, anon, authenticated, service_role;
