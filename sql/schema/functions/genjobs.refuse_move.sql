-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_move()
CREATE OR REPLACE FUNCTION genjobs.refuse_move()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if new.status is not distinct from old.status
        or (old.status, new.status) in (('queued', 'running'), ('running', 'succeeded'), ('running', 'failed'))
    then
        return null;
    end if;
    raise exception 'The workflow does not allow this change of status.'
        using errcode = 'PT409',
            detail = format('Job %s is %s; the given status is %s.', old.id, old.status, new.status),
            hint = case old.status
                when 'queued' then 'A queued job can only become running.'
                when 'running' then 'A running job can only become succeeded or failed.'
                else 'A finished job keeps its status; create a new job.'
            end;
end
$function$;

-- grants of genjobs.refuse_move()
REVOKE ALL ON FUNCTION genjobs.refuse_move() FROM PUBLIC, anon, authenticated, service_role;
