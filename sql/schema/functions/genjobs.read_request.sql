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
        jsonb_typeof(p_job) = 'object', 'A job is an object.', 'Pass p_jobs as an array of objects.'
    );
    select string_agg(name, ', ' order by name) into unknown
    from jsonb_object_keys(p_job) as name
    where name not in (
        'user_id', 'project_id', 'mode', 'input_asset_id', 'key', 'priority', 'urgent', 'not_before', 'timeout_seconds',
        'max_attempts'
    );
    perform genjobs.refuse_unless(
        unknown is null, format('A job has no %s.', unknown),
        'Use project_id, mode, input_asset_id, key, priority, not_before, timeout_seconds, max_attempts; with the secret key'
        ' also user_id and urgent.'
    );
    perform genjobs.refuse_unless(
        is_service or coalesce((p_job ->> 'user_id')::uuid = auth.uid(), p_job ->> 'user_id' is null),
        'Only the secret key creates jobs for someone else.', 'Leave out user_id.'
    );
    perform genjobs.refuse_unless(
        not is_service or p_job ->> 'user_id' is not null,
        'The job names nobody whose it is.', 'Pass user_id beside project_id: with the secret key, each job names its person.'
    );
    perform genjobs.refuse_unless(
        is_service or not coalesce((p_job ->> 'urgent')::boolean, false),
        'Only the secret key puts a job before everybody''s.', 'Use priority, which orders your own jobs.'
    );
    perform genjobs.refuse_unless(
        p_job ->> 'project_id' is not null and p_job ->> 'mode' is not null,
        'A job has a project and a mode.', 'Pass project_id and mode.'
    );
    perform genjobs.refuse_unless(
        coalesce((p_job ->> 'priority')::integer, 0) between -100 and 100,
        'A priority is -100 to 100.', 'Pass a priority in this range; 0 is usual, more comes first.'
    );
    perform genjobs.refuse_unless(
        coalesce((p_job ->> 'timeout_seconds')::integer, 1) between 1 and 86400
            and coalesce((p_job ->> 'max_attempts')::integer, 1) between 1 and 100,
        'A job may take 1 to 86400 seconds and have 1 to 100 attempts.',
        'Pass timeout_seconds and max_attempts in these ranges, or leave them out.'
    );
    perform genjobs.refuse_unless(
        coalesce(length(p_job ->> 'key'), 1) between 1 and 200, 'A key has 1 to 200 characters.', 'Pass a shorter key.'
    );
    perform genjobs.refuse_unless(
        coalesce(isfinite((p_job ->> 'not_before')::timestamptz), true),
        'A job cannot wait for ever.', 'Pass not_before as a moment, or leave it out.'
    );
    return (
        gen_random_uuid(), (p_job ->> 'timeout_seconds')::integer, coalesce((p_job ->> 'priority')::smallint, 0::smallint),
        (p_job ->> 'max_attempts')::smallint, coalesce((p_job ->> 'urgent')::boolean, false)
    );
end
$function$;

-- grants of genjobs.read_request(jsonb)
REVOKE ALL ON FUNCTION genjobs.read_request(jsonb) FROM PUBLIC, anon, authenticated, service_role;
