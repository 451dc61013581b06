-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.get_budgets(timestamp with time zone)
CREATE OR REPLACE FUNCTION public.get_budgets(p_at timestamp with time zone DEFAULT now())
 RETURNS json
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select genjobs.read_budgets(p_at)
$function$;

-- grants of public.get_budgets(timestamp with time zone)
REVOKE ALL ON FUNCTION public.get_budgets(timestamp with time zone) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_budgets(timestamp with time zone) TO authenticated, service_role;
