-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.open_modes(text[], text[])
CREATE OR REPLACE FUNCTION genjobs.open_modes(p_modes text[], p_full_modes text[])
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_sort TO 'off'
AS $function$
declare
    waiting text[] := '{}';
    next_mode text;
begin
    if p_modes is not null then
        return array(
            select distinct genjobs.queue_mode(given.mode)
            from unnest(p_modes) as given (mode)
            where genjobs.queue_mode(given.mode) <> all (p_full_modes)
        );
    end if;
    select min(queued.mode) into next_mode from genjobs.job_queue as queued;
    while next_mode is not null loop
        if cardinality(waiting) = 100 then
            return null;
        end if;
        waiting := waiting || next_mode;
        select min(queued.mode) into next_mode from genjobs.job_queue as queued where queued.mode > next_mode;
    end loop;
    return array(select open.mode from unnest(waiting) as open (mode) where open.mode <> all (p_full_modes));
end
$function$;

-- grants of genjobs.open_modes(text[], text[])
REVOKE ALL ON FUNCTION genjobs.open_modes(text[], text[]) FROM PUBLIC, anon, authenticated, service_role;
