-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.note_progress(uuid[], uuid[], integer[], text[])
CREATE OR REPLACE FUNCTION genjobs.note_progress(p_job_ids uuid[], p_lease_tokens uuid[], p_percents integer[], p_messages text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if num_nonnulls(p_percents, p_messages) = 0 then
        return;
    end if;
    insert into genjobs.job_progress as progress (job_id, percent, message)
    select distinct on (held.job_id) held.job_id, least(greatest(held.percent, 0), 100), left(held.message, 200)
    from (
        select lease.job_id, given.percent, given.message
        from unnest(p_job_ids, p_lease_tokens, p_percents, p_messages) as given (job_id, token, percent, message)
        join genjobs.job_leases as lease on lease.job_id = given.job_id and lease.token = given.token
        where num_nonnulls(given.percent, given.message) > 0
        for key share of lease skip locked
    ) as held
    order by held.job_id
    on conflict (job_id) do update
    set percent = excluded.percent, message = excluded.message, told_at = clock_timestamp();
end
$function$;

-- grants of genjobs.note_progress(uuid[], uuid[], integer[], text[])
REVOKE ALL ON FUNCTION genjobs.note_progress(uuid[], uuid[], integer[], text[]) FROM PUBLIC, anon, authenticated, service_role;
