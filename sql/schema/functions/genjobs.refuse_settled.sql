-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_settled()
CREATE OR REPLACE FUNCTION genjobs.refuse_settled()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    raise exception 'id, created_at and user_id of a job cannot be changed, nor cost_cents once it has finished.'
        using errcode = 'check_violation',
            constraint = 'settled_facts_stay',
            table = tg_table_name,
            schema = tg_table_schema,
            detail = format('Job %s is %s.', old.id, old.status),
            hint = 'Leave these columns out of the update; only the owner of the tables can correct them.';
end
$function$;

-- grants of genjobs.refuse_settled()
REVOKE ALL ON FUNCTION genjobs.refuse_settled() FROM PUBLIC, anon, authenticated, service_role;
