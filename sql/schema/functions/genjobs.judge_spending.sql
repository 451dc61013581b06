-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.judge_spending(public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.judge_spending(p_job public.generation_jobs)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if not genjobs.is_limited(p_job.project_id, p_job.user_id) then
        perform genjobs.note_unlimited(p_job.project_id, p_job.user_id);
    elsif not genjobs.is_loading() then
        perform genjobs.refuse_beyond_budget(p_job);
        perform genjobs.record_at_once(p_job);
    end if;
end
$function$;

-- grants of genjobs.judge_spending(public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.judge_spending(public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
