-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.is_limited(uuid, uuid)
CREATE OR REPLACE FUNCTION genjobs.is_limited(p_project_id uuid, p_user_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select exists (
        select
        from public.budgets as budget
        where budget.is_hard and budget.user_id = p_user_id and coalesce(budget.project_id, p_project_id) = p_project_id
    )
$function$;

-- grants of genjobs.is_limited(uuid, uuid)
REVOKE ALL ON FUNCTION genjobs.is_limited(uuid, uuid) FROM PUBLIC, anon, authenticated, service_role;
