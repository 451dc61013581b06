-- One append-only log of what happens to jobs: their history, and the changes that totals are folded from.
-- A job's owner reads it; nobody writes it but triggers. An event takes `old_cost_cents` from the totals of `old_status`,
-- where there was one, and adds `new_cost_cents` to those of `new_status`, where there is one. `excluded` is no status of a
-- job: totals under it count, without cents and beside the failed jobs, those that the success rate leaves out.

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

insert into genjobs.schema_versions (version) values ('20261127130900') on conflict do nothing;
