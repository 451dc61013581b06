-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.keep_worker(uuid, integer)
CREATE OR REPLACE FUNCTION genjobs.keep_worker(p_worker_id uuid, p_lease_seconds integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    until constant timestamptz := clock_timestamp() + p_lease_seconds * interval '1 second';
begin
    if exists (
        select from genjobs.workers as worker
        where worker.id = p_worker_id and worker.leased_until between until - p_lease_seconds * interval '0.5 second' and until
    ) then
        return;
    end if;
    insert into genjobs.workers as worker (id, leased_until)
    values (p_worker_id, until)
    on conflict (id) do update set seen_at = clock_timestamp(), leased_until = excluded.leased_until;
end
$function$;

-- grants of genjobs.keep_worker(uuid, integer)
REVOKE ALL ON FUNCTION genjobs.keep_worker(uuid, integer) FROM PUBLIC, anon, authenticated, service_role;
