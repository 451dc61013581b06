-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.update_updated_at_column()
CREATE OR REPLACE FUNCTION public.update_updated_at_column()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    new.updated_at = now();
    return new;
end
$function$;

-- grants of public.update_updated_at_column()
REVOKE ALL ON FUNCTION public.update_updated_at_column() FROM PUBLIC, anon, authenticated, service_role;
