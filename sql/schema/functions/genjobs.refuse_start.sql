-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_start()
CREATE OR REPLACE FUNCTION genjobs.refuse_start()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if current_setting('genjobs.loading', true) = 'on' and current_user = (
        select pg_catalog.pg_get_userbyid(relowner) from pg_catalog.pg_class where oid = tg_relid
    ) then
        return null;
    end if;
    raise exception 'A job starts queued.'
        using errcode = 'check_violation',
            constraint = 'a_job_starts_queued',
            table = tg_table_name,
            schema = tg_table_schema,
            detail = format('The new job was to be %s.', new.status),
            hint = 'Leave the status out, and move the job with transition_job_status.';
end
$function$;

-- grants of genjobs.refuse_start()
REVOKE ALL ON FUNCTION genjobs.refuse_start() FROM PUBLIC, anon, authenticated, service_role;
