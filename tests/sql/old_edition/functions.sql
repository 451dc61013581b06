-- Definer's rights, an open search path, and whatever a caller asks for.

create or replace function public.get_job_statistics(p_user_id uuid default null)
returns table (status text, count bigint, total_cost_cents bigint, avg_cost_cents numeric)
language plpgsql security definer as $$
begin
    return query
    select j.status, count(*), sum(j.cost_cents)::bigint, round(avg(j.cost_cents), 2)
    from generation_jobs j
    where j.user_id = coalesce(p_user_id, auth.uid())
    group by j.status;
end
$$;
alter function public.get_job_statistics(uuid) reset search_path;

create or replace function public.get_recent_jobs(p_limit integer default 10)
returns table (id uuid, project_id uuid, status text, mode text, cost_cents integer, created_at timestamptz)
language plpgsql security definer as $$
begin
    return query
    select j.id, j.project_id, j.status, j.mode, j.cost_cents, j.created_at
    from generation_jobs j
    where j.user_id = auth.uid()
    order by j.created_at desc
    limit p_limit;
end
$$;
alter function public.get_recent_jobs(integer) reset search_path;

create or replace function public.transition_job_status(
    p_job_id uuid, p_new_status text, p_error text default null
) returns boolean
language plpgsql security definer as $$
declare
    v_status text;
begin
    select j.status into v_status from generation_jobs j where j.id = p_job_id and j.user_id = auth.uid();
    if v_status is null or v_status in ('succeeded', 'failed') then
        return false;
    end if;
    update generation_jobs set status = p_new_status, error = p_error where id = p_job_id;
    return true;
end
$$;
alter function public.transition_job_status(uuid, text, text) reset search_path;

grant execute on function public.get_job_statistics(uuid), public.get_recent_jobs(integer),
    public.transition_job_status(uuid, text, text) to public;
