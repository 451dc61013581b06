-- A monthly budget of each person, a little above what their last thirty days cost, and one of each person's costliest
-- project, a little below: so the one is in sight and the other passed at a month's end. Made once, as the projects are.

insert into public.budgets (id, user_id, project_id, monthly_cents, created_at, updated_at)
select
    pg_temp.identity('budget ' || spent.user_id || coalesce(spent.project_id::text, '')), spent.user_id, spent.project_id,
    ceil(spent.cents * case when spent.project_id is null then 1.1 else 0.9 end / 1000) * 1000, run.first_day, run.first_day
from (
    select
        job.user_id, job.project_id, sum(job.cost_cents) as cents,
        row_number() over (
            partition by job.user_id, job.project_id is null order by sum(job.cost_cents) desc, job.project_id
        ) as place
    from public.generation_jobs as job
    join pg_temp.demo_project as project on project.id = job.project_id
    cross join pg_temp.run
    where job.created_at >= run.now - interval '30 days'
    group by grouping sets ((job.user_id), (job.user_id, job.project_id))
) as spent
cross join pg_temp.run
where run.is_first and spent.place = 1 and spent.cents > 0;
