-- Projects and their input assets, all named as demo. Made once: what a person deletes stays deleted.

create temporary table demo_project on commit drop as
select
    pg_temp.identity('project ' || listed.email || listed.number) as id,
    person.id as user_id,
    listed.email,
    listed.number,
    listed.products,
    'Demo: ' || listed.name as name,
    'demo/' || split_part(listed.email, '.', 1) || '/' || lower(replace(listed.name, ' ', '-')) as folder,
    run.first_day - interval '1 day' + listed.number * interval '47 minutes' as created_at
from (
    values
        ('ana.analyst@demo.example', 1, 'Quarterly report pictures', array['cover', 'team portrait', 'Bürofassade']),
        ('ana.analyst@demo.example', 2, 'Model comparison', array['reference sphere', 'Colour chart', 'white mug']),
        ('ben.studio@demo.example', 1, 'Autumn catalogue', array['wool blanket', 'Oak dining chair', 'candle holder']),
        ('ben.studio@demo.example', 2, 'Kitchen essentials', array['chef knife 20cm', 'Küchenwaage', 'cast-iron-pan']),
        ('ben.studio@demo.example', 3, 'Garden furniture', array['teak bench', 'Parasol (beige)', 'folding table']),
        ('ben.studio@demo.example', 4, 'Lighting relaunch', array['Walnut desk lamp', 'pendant brass', 'LED strip 5m']),
        ('ben.studio@demo.example', 5, 'Outlet clearance', array['IMG_4821', 'sofa cover', 'Bath mat – grey']),
        ('chloe.studio@demo.example', 1, 'Skincare line', array['hand cream – rose', 'Night serum 30ml', 'face_mist']),
        ('chloe.studio@demo.example', 2, 'Holiday gift boxes', array['Gift box (large)', 'ribbon red', 'truffles, 12']),
        ('chloe.studio@demo.example', 3, 'Travel accessories', array['weekender bag', 'travel mug 350ml', 'Étui']),
        ('chloe.studio@demo.example', 4, 'Tea and coffee', array['ceramic_teapot', 'espresso cups, set of 4', 'Chaï'])
) as listed (email, number, name, products)
join auth.users as person on person.email = listed.email
cross join pg_temp.run;

-- Twenty-four pictures a project, six for each mode.
create temporary table demo_asset on commit drop as
select
    pg_temp.identity('asset ' || project.id || mode.name || take) as id,
    project.id as project_id,
    project.user_id,
    mode.name as mode,
    take as number,
    project.folder || '/' || project.products[1 + floor(pg_temp.uniform(chance, 0) * 3)::integer] || ending.name as path,
    (array[1200, 1600, 2048, 3000])[1 + floor(pg_temp.uniform(chance, 1) * 4)::integer] as width,
    (array[1200, 1600, 2048])[1 + floor(pg_temp.uniform(chance, 2) * 3)::integer] as height,
    ending.mime_type,
    project.created_at + take * interval '3 minutes' as created_at
from pg_temp.demo_project as project
cross join (values ('main_white', 0), ('lifestyle', 6), ('feature_callout', 12), ('packaging', 18)) as mode (name, rank)
cross join generate_series(1, 6) as take
cross join lateral pg_temp.digest('picture ' || project.id || mode.name || take) as chance
cross join lateral (
    select
        format(' %s%s', lpad((mode.rank + take)::text, 2, '0'), kind.suffix) as name,
        kind.mime_type
    from (values (0, '.jpg', 'image/jpeg'), (1, ' FINAL.png', 'image/png'), (2, ' v2.webp', 'image/webp'))
        as kind (number, suffix, mime_type)
    where kind.number = floor(pg_temp.uniform(chance, 3) * 3)
) as ending;

insert into public.projects (id, user_id, name, created_at, updated_at)
select project.id, project.user_id, project.name, project.created_at, project.created_at
from pg_temp.demo_project as project
cross join pg_temp.run
where run.is_first;

insert into public.assets (
    id, user_id, project_id, kind, mode, prompt_version, prompt_payload,
    width, height, mime_type, storage_path, created_at, updated_at
)
select
    asset.id, asset.user_id, asset.project_id, 'input', asset.mode, 'demo', '{"synthetic": true}'::jsonb,
    asset.width, asset.height, asset.mime_type, asset.path, asset.created_at, asset.created_at
from pg_temp.demo_asset as asset
cross join pg_temp.run
where run.is_first;
