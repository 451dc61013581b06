-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- trigger refuse_summary_write of public.generation_job_summary
CREATE OR REPLACE TRIGGER refuse_summary_write INSTEAD OF INSERT OR DELETE OR UPDATE ON public.generation_job_summary
    FOR EACH ROW
    EXECUTE FUNCTION genjobs.refuse_summary_write();

-- view public.generation_job_summary
CREATE OR REPLACE VIEW public.generation_job_summary WITH (security_invoker=true) AS
 SELECT user_id,
    project_id,
    status,
    count(*) AS job_count,
    sum(cost_cents) AS total_cost_cents,
    avg(cost_cents) AS avg_cost_cents,
    min(created_at) AS first_job_at,
    max(created_at) AS last_job_at
   FROM public.generation_jobs job
  GROUP BY user_id, project_id, status;

-- grants of public.generation_job_summary
REVOKE ALL ON TABLE public.generation_job_summary FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.generation_job_summary TO authenticated, service_role;
