-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_unreported(uuid[])
CREATE OR REPLACE FUNCTION genjobs.refuse_unreported(p_jobs uuid[])
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    held uuid;
begin
    select unreported.job_id into held
    from (
        select lease.job_id from genjobs.job_leases as lease
        union all
        select genjobs.recently_lost()
    ) as unreported
    where unreported.job_id = any (p_jobs)
    limit 1;
    if held is not null then
        raise exception 'A worker has not reported yet what job % cost.', held
            using errcode = 'PT409',
                hint = 'Cancel the job if it is running, and delete it 15 seconds later.';
    end if;
end
$function$;

-- grants of genjobs.refuse_unreported(uuid[])
REVOKE ALL ON FUNCTION genjobs.refuse_unreported(uuid[]) FROM PUBLIC, anon, authenticated, service_role;
