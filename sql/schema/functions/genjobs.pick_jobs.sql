-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.pick_jobs(integer, text[], uuid[], bigint, uuid[], text[])
CREATE OR REPLACE FUNCTION genjobs.pick_jobs(p_limit integer, p_modes text[], p_project_ids uuid[], p_from bigint, p_full_people uuid[], p_full_modes text[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_sort TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
AS $function$
declare
    wanted bigint := p_limit;
    candidates uuid[];
    picked uuid[];
begin
    if p_modes is null then
        return array(
            select queued.job_id
            from genjobs.job_queue as queued
            join public.generation_jobs as job on job.id = queued.job_id and (job.status = 'queued') is true
            where queued.turn >= p_from
                and (p_project_ids is null or queued.project_id = any (p_project_ids))
                and queued.user_id <> all (p_full_people)
                and queued.mode <> all (p_full_modes)
            order by queued.turn, queued.queued_at, queued.job_id
            limit p_limit
            for update of queued skip locked
            for no key update of job skip locked
        );
    end if;
    loop
        candidates := array(
            select next.job_id
            from (select distinct genjobs.queue_mode(given.mode) as mode from unnest(p_modes) as given (mode)) as chosen
            cross join lateral (
                select queued.job_id, queued.turn, queued.queued_at
                from genjobs.job_queue as queued
                join public.generation_jobs as job on job.id = queued.job_id and (job.status = 'queued') is true
                where queued.mode = chosen.mode
                    and queued.turn >= p_from
                    and (p_project_ids is null or queued.project_id = any (p_project_ids))
                    and queued.user_id <> all (p_full_people)
                order by queued.turn, queued.queued_at, queued.job_id
                limit wanted
            ) as next
            order by next.turn, next.queued_at, next.job_id
            limit wanted
        );
        picked := array(
            select queued.job_id
            from unnest(candidates) with ordinality as candidate (job_id, place)
            join genjobs.job_queue as queued on queued.job_id = candidate.job_id
            join public.generation_jobs as job on job.id = queued.job_id and (job.status = 'queued') is true
            order by candidate.place
            limit p_limit
            for update of queued skip locked
            for no key update of job skip locked
        );
        exit when cardinality(picked) = p_limit or cardinality(candidates) < wanted;
        wanted := wanted * 4;
    end loop;
    return picked;
end
$function$;

-- grants of genjobs.pick_jobs(integer, text[], uuid[], bigint, uuid[], text[])
REVOKE ALL ON FUNCTION genjobs.pick_jobs(integer, text[], uuid[], bigint, uuid[], text[]) FROM PUBLIC, anon, authenticated, service_role;
