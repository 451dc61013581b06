-- An append-only log of what happens to jobs: their history, and the changes from which the totals are folded.
-- A job's owner can read it; only triggers write it. An event subtracts `old_cost_cents` from the totals of `old_status`,
-- if it has one, and adds `new_cost_cents` to those of `new_status`, if it has one. `excluded` is not a status of a job:
-- the totals under it count the failed jobs that the success rate leaves out. These jobs are counted as failed too, and
-- their cents only there.

create table if not exists public.generation_job_events (
    id bigint generated always as identity,
    transaction_id xid8 not null default pg_catalog.pg_current_xact_id(),
    at timestamptz not null default pg_catalog.clock_timestamp(),
    job_created_at timestamptz not null,
    job_id uuid not null,
    user_id uuid not null,
    project_id uuid not null,
    actor_id uuid,
    old_cost_cents integer,
    new_cost_cents integer,
    kind text not null,
    mode text not null,
    old_status text,
    new_status text,
    error text,
    actor_role text,
    primary key (job_id, id)
);
comment on table public.generation_job_events is 'What happened to generation jobs; only triggers write it.';
comment on column public.generation_job_events.kind is
    'created, moved, cost_changed, deleted, restored; left and joined: a change of project, mode, user_id or created_at'
    ' moved the job to other totals; known: the job is older than this log, and was like this when the log began;'
    ' excluded: the failed job is left out of the success rate, because it was retried, cancelled or handed back'
    ' (new_status is excluded), or no longer is (old_status is excluded). For a history of a job, skip excluded.';
comment on column public.generation_job_events.transaction_id is
    'The transaction that wrote the event. In the order of (transaction_id, id), no new event appears before one that'
    ' every snapshot sees, except in transaction 0: known jobs that were written together with their totals.';

create index if not exists idx_generation_job_events_transaction
    on public.generation_job_events (transaction_id, id);
create index if not exists idx_generation_job_events_user
    on public.generation_job_events (user_id, id);
create index if not exists idx_generation_job_events_deleted
    on public.generation_job_events (user_id, job_created_at)
    where kind in ('deleted', 'restored', 'excluded');

alter table public.generation_job_events enable row level security;
drop policy if exists "Users can view own generation job events" on public.generation_job_events;
create policy "Users can view own generation job events" on public.generation_job_events
    for select to authenticated using ((select auth.uid()) = user_id);
revoke all on table public.generation_job_events from public, anon, authenticated, service_role;
revoke all on sequence public.generation_job_events_id_seq from public, anon, authenticated, service_role;
grant select on table public.generation_job_events to authenticated, service_role;

-- As with the jobs themselves: estimates must not tell what others have written.
alter table public.generation_job_events
    alter column mode set statistics 0,
    alter column error set statistics 0;

insert into genjobs.schema_versions (version) values ('20261127130900') on conflict do nothing;
