-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.notice_exclusion(uuid)
CREATE OR REPLACE FUNCTION genjobs.notice_exclusion(p_job_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if current_setting('transaction_isolation') = 'read committed' then
        return;
    end if;
    perform from genjobs.job_attempts as attempt where attempt.job_id = p_job_id for share;
    if found then
        return;
    end if;
    insert into genjobs.job_attempts (job_id, first_job_id, attempt)
    values (p_job_id, p_job_id, 1)
    on conflict (job_id) do nothing;
    delete from genjobs.job_attempts as attempt where attempt.job_id = p_job_id;
end
$function$;

-- grants of genjobs.notice_exclusion(uuid)
REVOKE ALL ON FUNCTION genjobs.notice_exclusion(uuid) FROM PUBLIC, anon, authenticated, service_role;
