-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_foreign_asset()
CREATE OR REPLACE FUNCTION genjobs.refuse_foreign_asset()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if exists (
        select from public.assets as asset
        where asset.id = new.input_asset_id and asset.user_id = new.user_id
    ) then
        return null;
    end if;
    raise exception 'The job names an input asset that its user does not have.'
        using errcode = 'foreign_key_violation',
            constraint = 'generation_jobs_input_asset_id_fkey',
            column = 'input_asset_id',
            table = tg_table_name,
            schema = tg_table_schema,
            hint = 'Choose one of the user''s own assets, or none.';
end
$function$;

-- grants of genjobs.refuse_foreign_asset()
REVOKE ALL ON FUNCTION genjobs.refuse_foreign_asset() FROM PUBLIC, anon, authenticated, service_role;
