-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.read_request(jsonb)
CREATE OR REPLACE FUNCTION genjobs.read_request(p_job jsonb)
 RETURNS genjobs.job_options
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    is_service constant boolean := current_setting('role') = 'service_role';
    unknown text;
begin
    perform genjobs.refuse_unless(
        jsonb_typeof(p_job) = 'object', 'Each job must be a JSON object.', 'Pass p_jobs as an array of objects.'
    );
    select string_agg(name, ', ' order by name) into unknown
    from jsonb_object_keys(p_job) as name
    where name not in (
        'user_id', 'project_id', 'mode', 'input_asset_id', 'key', 'priority', 'urgent', 'not_before', 'timeout_seconds',
        'max_attempts'
    );
    perform genjobs.refuse_unless(
        unknown is null, format('The job has unknown fields: %s.', unknown),
        'Use project_id, mode, input_asset_id, key, priority, not_before, timeout_seconds, max_attempts; with the secret key'
        ' also user_id and urgent.'
    );
    perform genjobs.refuse_unless(
        is_service or coalesce((p_job ->> 'user_id')::uuid = auth.uid(), p_job ->> 'user_id' is null),
        'Only the secret key creates jobs for someone else.', 'Leave out user_id.'
    );
    perform genjobs.refuse_unless(
        not is_service or p_job ->> 'user_id' is not null,
        'The job names no owner.', 'Pass user_id too: with the secret key, each job must name its owner.'
    );
    perform genjobs.refuse_unless(
        is_service or not coalesce((p_job ->> 'urgent')::boolean, false),
        'Only the secret key can make a job urgent.', 'Use priority, which orders your own jobs.'
    );
    perform genjobs.refuse_unless(
        p_job ->> 'project_id' is not null and p_job ->> 'mode' is not null,
        'A job needs a project and a mode.', 'Pass project_id and mode.'
    );
    perform genjobs.refuse_unless(
        coalesce((p_job ->> 'priority')::integer, 0) between -100 and 100,
        'A priority must be from -100 to 100.', 'Pass a priority in this range; the default is 0, higher comes first.'
    );
    perform genjobs.refuse_unless(
        coalesce((p_job ->> 'timeout_seconds')::integer, 1) between 1 and 86400
            and coalesce((p_job ->> 'max_attempts')::integer, 1) between 1 and 100,
        'A job may take 1 to 86400 seconds and have 1 to 100 attempts.',
        'Pass timeout_seconds and max_attempts in these ranges, or leave them out.'
    );
    perform genjobs.refuse_unless(
        coalesce(length(p_job ->> 'key'), 1) between 1 and 200,
        'A key must have 1 to 200 characters.', 'Pass a key of this length, or leave it out.'
    );
    perform genjobs.refuse_unless(
        coalesce(isfinite((p_job ->> 'not_before')::timestamptz), true),
        'not_before must be a finite time.', 'Pass a time such as 2026-12-01T08:00:00Z, or leave it out.'
    );
    return (
        gen_random_uuid(), (p_job ->> 'timeout_seconds')::integer, coalesce((p_job ->> 'priority')::smallint, 0::smallint),
        (p_job ->> 'max_attempts')::smallint, coalesce((p_job ->> 'urgent')::boolean, false)
    );
end
$function$;

-- grants of genjobs.read_request(jsonb)
REVOKE ALL ON FUNCTION genjobs.read_request(jsonb) FROM PUBLIC, anon, authenticated, service_role;
