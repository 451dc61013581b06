-- Monthly budgets: a person's, a little above what a month costs them, and one of a project that costs more than it may.
-- Made once, as the projects are.

insert into public.budgets (id, user_id, project_id, monthly_cents, created_at, updated_at)
select
    pg_temp.identity('budget ' || person.email || coalesce(listed.project, '')), person.id, project.id,
    listed.monthly_cents, run.first_day, run.first_day
from (
    values
        ('ana.analyst@demo.example', null, 17000),
        ('ana.analyst@demo.example', 'Demo: Quarterly report pictures', 9500),
        ('ben.studio@demo.example', null, 200000),
        ('ben.studio@demo.example', 'Demo: Autumn catalogue', 60000),
        ('chloe.studio@demo.example', null, 150000),
        ('chloe.studio@demo.example', 'Demo: Skincare line', 50000)
) as listed (email, project, monthly_cents)
join auth.users as person on person.email = listed.email
left join pg_temp.demo_project as project on project.user_id = person.id and project.name = listed.project
cross join pg_temp.run
where run.is_first
on conflict do nothing; -- someone may have set one before the load broke off
