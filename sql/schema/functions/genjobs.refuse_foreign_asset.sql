-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_foreign_asset(public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.refuse_foreign_asset(p_job public.generation_jobs)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if exists (
        select from public.assets as asset
        where asset.id = p_job.input_asset_id and asset.user_id = p_job.user_id
    ) then
        return;
    end if;
    raise exception 'The job names an input asset that its user does not have.'
        using errcode = 'foreign_key_violation',
            constraint = 'generation_jobs_input_asset_id_fkey',
            column = 'input_asset_id',
            table = 'generation_jobs',
            schema = 'public',
            hint = 'Choose one of the user''s own assets, or none.';
end
$function$;

-- grants of genjobs.refuse_foreign_asset(public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.refuse_foreign_asset(public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
