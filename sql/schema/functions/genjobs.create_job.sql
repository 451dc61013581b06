-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.create_job(jsonb)
CREATE OR REPLACE FUNCTION genjobs.create_job(p_job jsonb, OUT outcome text, OUT job_id uuid)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    options constant genjobs.job_options := genjobs.read_request(p_job);
    owner_id constant uuid := coalesce((p_job ->> 'user_id')::uuid, auth.uid());
    content constant jsonb := genjobs.key_content(p_job);
    stored genjobs.job_keys;
begin
    while p_job ->> 'key' is not null loop
        insert into genjobs.job_keys (user_id, key, first_job_id, content)
        values (owner_id, p_job ->> 'key', options.job_id, content)
        on conflict do nothing;
        exit when found;
        select known.* into stored
        from genjobs.job_keys as known
        where known.user_id = owner_id and known.key = p_job ->> 'key';
        continue when not found; -- its job was deleted in between
        if stored.content <> content then
            raise exception 'The key % already belongs to another job.', p_job ->> 'key'
                using errcode = 'PT409',
                    detail = genjobs.key_difference(stored.content, content),
                    hint = 'Use a new key for a new job; the job of this key is ' || stored.first_job_id || '.';
        end if;
        outcome := 'existing';
        job_id := stored.first_job_id;
        return;
    end loop;
    insert into public.generation_jobs (id, user_id, project_id, mode, input_asset_id)
    values (
        options.job_id, owner_id, (p_job ->> 'project_id')::uuid, p_job ->> 'mode', (p_job ->> 'input_asset_id')::uuid
    );
    if (options.timeout_seconds, options.max_attempts) is distinct from (null::integer, null::smallint)
        or options.priority <> 0
        or options.urgent
    then
        insert into genjobs.job_options values (options.*);
    end if;
    if (p_job ->> 'not_before')::timestamptz > clock_timestamp() then
        perform genjobs.delay_job(options.job_id, (p_job ->> 'not_before')::timestamptz);
    end if;
    outcome := 'created';
    job_id := options.job_id;
end
$function$;

-- grants of genjobs.create_job(jsonb)
REVOKE ALL ON FUNCTION genjobs.create_job(jsonb) FROM PUBLIC, anon, authenticated, service_role;
