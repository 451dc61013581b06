-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_settled()
CREATE OR REPLACE FUNCTION genjobs.refuse_settled()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    raise exception 'The moment, the owner and the cost of a finished job cannot be changed.'
        using errcode = 'check_violation',
            constraint = 'settled_facts_stay',
            table = tg_table_name,
            schema = tg_table_schema,
            detail = format('Job %s is %s.', old.id, old.status),
            hint = 'created_at and user_id never change, nor does cost_cents once a job succeeded or failed.';
end
$function$;

-- grants of genjobs.refuse_settled()
REVOKE ALL ON FUNCTION genjobs.refuse_settled() FROM PUBLIC, anon, authenticated, service_role;
