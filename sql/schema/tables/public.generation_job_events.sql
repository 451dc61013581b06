-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table public.generation_job_events
CREATE TABLE public.generation_job_events (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    job_created_at timestamp with time zone NOT NULL,
    job_id uuid NOT NULL,
    user_id uuid NOT NULL,
    project_id uuid NOT NULL,
    actor_id uuid,
    old_cost_cents integer,
    new_cost_cents integer,
    kind text NOT NULL,
    mode text NOT NULL,
    old_status text,
    new_status text,
    error text,
    actor_role text
);

-- statistics error of public.generation_job_events
ALTER TABLE public.generation_job_events ALTER COLUMN error SET STATISTICS 0;

-- statistics mode of public.generation_job_events
ALTER TABLE public.generation_job_events ALTER COLUMN mode SET STATISTICS 0;

-- constraint generation_job_events_pkey of public.generation_job_events
ALTER TABLE public.generation_job_events
    ADD CONSTRAINT generation_job_events_pkey PRIMARY KEY (job_id, id);

-- index idx_generation_job_events_deleted of public.generation_job_events
CREATE INDEX idx_generation_job_events_deleted ON public.generation_job_events USING btree (user_id, job_created_at) WHERE (kind = ANY (ARRAY['deleted'::text, 'restored'::text, 'excluded'::text]));

-- index idx_generation_job_events_transaction of public.generation_job_events
CREATE INDEX idx_generation_job_events_transaction ON public.generation_job_events USING btree (transaction_id, id);

-- index idx_generation_job_events_user of public.generation_job_events
CREATE INDEX idx_generation_job_events_user ON public.generation_job_events USING btree (user_id, id);

-- row security of public.generation_job_events
ALTER TABLE public.generation_job_events ENABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- policy "Users can view own generation job events" of public.generation_job_events
CREATE POLICY "Users can view own generation job events" ON public.generation_job_events
    AS PERMISSIVE FOR SELECT TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id));

-- comment of public.generation_job_events
COMMENT ON TABLE public.generation_job_events IS 'What happened to generation jobs; only triggers write it.';

-- comment kind of public.generation_job_events
COMMENT ON COLUMN public.generation_job_events.kind IS 'created, moved, cost_changed, deleted, restored; left and joined: a change of project, mode, user_id or created_at moved the job to other totals; known: the job is older than this log, and was like this when the log began; excluded: the failed job is left out of the success rate, because it was retried, cancelled or handed back (new_status is excluded), or no longer is (old_status is excluded). For a history of a job, skip excluded.';

-- comment transaction_id of public.generation_job_events
COMMENT ON COLUMN public.generation_job_events.transaction_id IS 'The transaction that wrote the event. In the order of (transaction_id, id), no new event appears before one that every snapshot sees, except in transaction 0: known jobs that were written together with their totals.';

-- grants of public.generation_job_events
REVOKE ALL ON TABLE public.generation_job_events FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT ON TABLE public.generation_job_events TO authenticated, service_role;

-- grants public.generation_job_events_id_seq of public.generation_job_events
REVOKE ALL ON SEQUENCE public.generation_job_events_id_seq FROM PUBLIC, anon, authenticated, service_role;
