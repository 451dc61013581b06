-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.note_turn()
CREATE OR REPLACE FUNCTION genjobs.note_turn()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select setval('genjobs.queue_turn', first.turn, true)
    from (select min(queued.turn) as turn from genjobs.job_queue as queued) as first
    where first.turn is not null
$function$;

-- grants of genjobs.note_turn()
REVOKE ALL ON FUNCTION genjobs.note_turn() FROM PUBLIC, anon, authenticated, service_role;
