-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_negative_cost()
CREATE OR REPLACE FUNCTION genjobs.refuse_negative_cost()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    raise exception 'The cost of a job cannot be negative.'
        using errcode = 'check_violation',
            constraint = 'cost_is_not_negative',
            column = 'cost_cents',
            table = tg_table_name,
            schema = tg_table_schema,
            detail = format('cost_cents was to be %s.', new.cost_cents),
            hint = 'Give whole cents, zero or more.';
end
$function$;

-- grants of genjobs.refuse_negative_cost()
REVOKE ALL ON FUNCTION genjobs.refuse_negative_cost() FROM PUBLIC, anon, authenticated, service_role;
