-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.job_queue
CREATE TABLE genjobs.job_queue (
    job_id uuid NOT NULL,
    user_id uuid NOT NULL,
    project_id uuid NOT NULL,
    turn bigint NOT NULL,
    queued_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    mode text NOT NULL
);

-- storage of genjobs.job_queue
ALTER TABLE genjobs.job_queue SET (autovacuum_vacuum_cost_delay=0, autovacuum_vacuum_scale_factor=0.01, autovacuum_vacuum_threshold=1000);

-- constraint job_queue_pkey of genjobs.job_queue
ALTER TABLE genjobs.job_queue
    ADD CONSTRAINT job_queue_pkey PRIMARY KEY (job_id);

-- index idx_job_queue_mode of genjobs.job_queue
CREATE INDEX idx_job_queue_mode ON genjobs.job_queue USING btree (mode, turn, queued_at, job_id);

-- index idx_job_queue_turn of genjobs.job_queue
CREATE INDEX idx_job_queue_turn ON genjobs.job_queue USING btree (turn, queued_at, job_id);

-- index idx_job_queue_user of genjobs.job_queue
CREATE INDEX idx_job_queue_user ON genjobs.job_queue USING btree (user_id, turn);

-- row security of genjobs.job_queue
ALTER TABLE genjobs.job_queue DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.job_queue
REVOKE ALL ON TABLE genjobs.job_queue FROM PUBLIC, anon, authenticated, service_role;
