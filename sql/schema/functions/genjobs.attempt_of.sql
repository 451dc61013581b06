-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.attempt_of(uuid)
CREATE OR REPLACE FUNCTION genjobs.attempt_of(p_job_id uuid)
 RETURNS genjobs.job_attempts
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    mine genjobs.job_attempts;
begin
    select attempt.* into mine from genjobs.job_attempts as attempt where attempt.job_id = p_job_id;
    mine.job_id := p_job_id;
    mine.first_job_id := coalesce(mine.first_job_id, p_job_id);
    mine.attempt := coalesce(mine.attempt, 1);
    return mine;
end
$function$;

-- grants of genjobs.attempt_of(uuid)
REVOKE ALL ON FUNCTION genjobs.attempt_of(uuid) FROM PUBLIC, anon, authenticated, service_role;
