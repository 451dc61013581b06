-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.create_jobs(jsonb)
CREATE OR REPLACE FUNCTION genjobs.create_jobs(p_jobs jsonb)
 RETURNS TABLE(outcome text, job_id uuid, code text, reason text, details text, hint text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    made jsonb := '[]';
    created uuid[] := '{}';
    limited uuid;
    job jsonb;
    number bigint;
    told record;
    said_code text;
    said text;
    said_details text;
    said_hint text;
begin
    perform genjobs.refuse_unless(
        jsonb_typeof(p_jobs) = 'array' and jsonb_array_length(p_jobs) <= 1000,
        'p_jobs must be an array of at most 1,000 jobs.',
        'Pass p_jobs as a JSON array; send more than 1,000 jobs in several calls.'
    );
    for limited in -- their turn is taken before their keys, since two calls could deadlock otherwise
        select distinct budget.user_id
        from public.budgets as budget
        join jsonb_array_elements(p_jobs) as given (job)
            on lower(coalesce(given.job ->> 'user_id', auth.uid()::text)) = budget.user_id::text
        where budget.is_hard and given.job ->> 'key' is not null and coalesce(auth.uid(), budget.user_id) = budget.user_id
        order by budget.user_id
    loop
        perform genjobs.take_turn(limited);
    end loop;
    for job, number in
        select given.job, given.number
        from jsonb_array_elements(p_jobs) with ordinality as given (job, number)
        order by
            translate(lower(coalesce(given.job ->> 'user_id', auth.uid()::text)), '{}-', ''), -- however it is spelled
            given.job ->> 'key', given.number
    loop
        begin
            select one.outcome, one.job_id into told from genjobs.create_job(job) as one;
            made := made || jsonb_build_object('number', number, 'outcome', told.outcome, 'job_id', told.job_id);
            if told.outcome = 'created' then
                created := created || told.job_id;
            end if;
        exception when others then
            if not genjobs.is_refusal(sqlstate) then
                raise;
            end if;
            get stacked diagnostics said_code = returned_sqlstate, said = message_text, said_details = pg_exception_detail,
                said_hint = pg_exception_hint;
            made := made || jsonb_build_object(
                'number', number, 'outcome', 'refused', 'code', said_code, 'reason', said, 'details', said_details,
                'hint', said_hint
            );
        end;
    end loop;
    perform genjobs.place_jobs(created);
    return query
    select one.outcome, one.job_id, one.code, one.reason, nullif(one.details, ''), nullif(one.hint, '')
    from jsonb_to_recordset(made) as one (
        number bigint, outcome text, job_id uuid, code text, reason text, details text, hint text
    )
    order by one.number;
end
$function$;

-- grants of genjobs.create_jobs(jsonb)
REVOKE ALL ON FUNCTION genjobs.create_jobs(jsonb) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.create_jobs(jsonb) TO authenticated, service_role;
