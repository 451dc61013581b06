-- Two users with jobs in every state, and in each state one that breaks each of today's rules.

insert into auth.users (id, email, role, aud)
values
    ('0a000000-0000-4000-8000-000000000001', 'ana@example.com', 'authenticated', 'authenticated'),
    ('0b000000-0000-4000-8000-000000000002', 'bob@example.com', 'authenticated', 'authenticated');

insert into public.projects (id, user_id, name)
values
    ('0a100000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000001', 'Ana''s'),
    ('0b100000-0000-4000-8000-000000000002', '0b000000-0000-4000-8000-000000000002', 'Bob''s');

insert into public.assets
    (id, user_id, project_id, kind, mode, prompt_version, prompt_payload, storage_path)
values
    ('0a200000-0000-4000-8000-000000000001', '0a000000-0000-4000-8000-000000000001',
        '0a100000-0000-4000-8000-000000000001', 'input', 'lifestyle', '1', '{}', 'ana/in.png'),
    ('0b200000-0000-4000-8000-000000000002', '0b000000-0000-4000-8000-000000000002',
        '0b100000-0000-4000-8000-000000000002', 'input', 'packaging', '1', '{"a": 1}', 'bob/in.png');

insert into public.generation_jobs (user_id, project_id, status, mode, input_asset_id, error, cost_cents)
select '0a000000-0000-4000-8000-000000000001', project, status, 'lifestyle', asset, note, cost
from unnest(array['queued', 'running', 'succeeded', 'failed']) as status
cross join (
    values
        ('0a100000-0000-4000-8000-000000000001'::uuid, '0a200000-0000-4000-8000-000000000001'::uuid, 'fine', 25),
        ('0a100000-0000-4000-8000-000000000001', null, 'negative', -40),
        ('0b100000-0000-4000-8000-000000000002', null, 'foreign project', 5),
        ('0a100000-0000-4000-8000-000000000001', '0b200000-0000-4000-8000-000000000002', 'foreign asset', 0),
        ('0b100000-0000-4000-8000-000000000002', '0b200000-0000-4000-8000-000000000002', 'everything', -1)
) as broken (project, asset, note, cost);
