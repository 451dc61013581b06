-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table public.generation_jobs
CREATE TABLE public.generation_jobs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    project_id uuid NOT NULL,
    status text DEFAULT 'queued'::text NOT NULL,
    mode text NOT NULL,
    input_asset_id uuid,
    error text,
    cost_cents integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

-- statistics error of public.generation_jobs
ALTER TABLE public.generation_jobs ALTER COLUMN error SET STATISTICS 0;

-- statistics mode of public.generation_jobs
ALTER TABLE public.generation_jobs ALTER COLUMN mode SET STATISTICS 0;

-- constraint generation_jobs_input_asset_id_fkey of public.generation_jobs
ALTER TABLE public.generation_jobs
    ADD CONSTRAINT generation_jobs_input_asset_id_fkey FOREIGN KEY (input_asset_id) REFERENCES public.assets(id) ON DELETE SET NULL;

-- constraint generation_jobs_pkey of public.generation_jobs
ALTER TABLE public.generation_jobs
    ADD CONSTRAINT generation_jobs_pkey PRIMARY KEY (id);

-- constraint generation_jobs_project_id_fkey of public.generation_jobs
ALTER TABLE public.generation_jobs
    ADD CONSTRAINT generation_jobs_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE;

-- constraint generation_jobs_status_check of public.generation_jobs
ALTER TABLE public.generation_jobs
    ADD CONSTRAINT generation_jobs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text])));

-- constraint generation_jobs_user_id_fkey of public.generation_jobs
ALTER TABLE public.generation_jobs
    ADD CONSTRAINT generation_jobs_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- index idx_generation_jobs_created_at of public.generation_jobs
CREATE INDEX idx_generation_jobs_created_at ON public.generation_jobs USING btree (created_at DESC);

-- index idx_generation_jobs_input_asset_id of public.generation_jobs
CREATE INDEX idx_generation_jobs_input_asset_id ON public.generation_jobs USING btree (input_asset_id);

-- index idx_generation_jobs_project_id of public.generation_jobs
CREATE INDEX idx_generation_jobs_project_id ON public.generation_jobs USING btree (project_id);

-- index idx_generation_jobs_status of public.generation_jobs
CREATE INDEX idx_generation_jobs_status ON public.generation_jobs USING btree (status);

-- index idx_generation_jobs_user_created_at of public.generation_jobs
CREATE INDEX idx_generation_jobs_user_created_at ON public.generation_jobs USING btree (user_id, created_at DESC, id DESC);

-- index idx_generation_jobs_user_id of public.generation_jobs
CREATE INDEX idx_generation_jobs_user_id ON public.generation_jobs USING btree (user_id);

-- index idx_generation_jobs_user_status of public.generation_jobs
CREATE INDEX idx_generation_jobs_user_status ON public.generation_jobs USING btree (user_id, status);

-- row security of public.generation_jobs
ALTER TABLE public.generation_jobs ENABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- policy "Users can delete own generation jobs" of public.generation_jobs
CREATE POLICY "Users can delete own generation jobs" ON public.generation_jobs
    AS PERMISSIVE FOR DELETE TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id));

-- policy "Users can insert own generation jobs" of public.generation_jobs
CREATE POLICY "Users can insert own generation jobs" ON public.generation_jobs
    AS PERMISSIVE FOR INSERT TO authenticated
    WITH CHECK ((( SELECT auth.uid() AS uid) = user_id));

-- policy "Users can update own generation jobs" of public.generation_jobs
CREATE POLICY "Users can update own generation jobs" ON public.generation_jobs
    AS PERMISSIVE FOR UPDATE TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id))
    WITH CHECK ((( SELECT auth.uid() AS uid) = user_id));

-- policy "Users can view own generation jobs" of public.generation_jobs
CREATE POLICY "Users can view own generation jobs" ON public.generation_jobs
    AS PERMISSIVE FOR SELECT TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id));

-- trigger "0_check_new_job" of public.generation_jobs
CREATE OR REPLACE TRIGGER "0_check_new_job" AFTER INSERT ON public.generation_jobs
    FOR EACH ROW
    EXECUTE FUNCTION genjobs.check_new_job();

-- trigger "0_refuse_foreign_asset" of public.generation_jobs
CREATE OR REPLACE TRIGGER "0_refuse_foreign_asset" AFTER UPDATE OF input_asset_id, user_id ON public.generation_jobs
    FOR EACH ROW WHEN (((new.input_asset_id IS NOT NULL) AND ((new.input_asset_id IS DISTINCT FROM old.input_asset_id) OR (new.user_id IS DISTINCT FROM old.user_id))))
    EXECUTE FUNCTION genjobs.check_changed_job('asset');

-- trigger "0_refuse_foreign_project" of public.generation_jobs
CREATE OR REPLACE TRIGGER "0_refuse_foreign_project" AFTER UPDATE OF project_id, user_id ON public.generation_jobs
    FOR EACH ROW WHEN (((new.project_id IS DISTINCT FROM old.project_id) OR (new.user_id IS DISTINCT FROM old.user_id)))
    EXECUTE FUNCTION genjobs.check_changed_job('project');

-- trigger record_change of public.generation_jobs
CREATE OR REPLACE TRIGGER record_change AFTER UPDATE ON public.generation_jobs
    FOR EACH ROW
    EXECUTE FUNCTION genjobs.record_change();

-- trigger record_creation of public.generation_jobs
CREATE OR REPLACE TRIGGER record_creation AFTER INSERT ON public.generation_jobs REFERENCING NEW TABLE AS new_jobs
    FOR EACH STATEMENT
    EXECUTE FUNCTION genjobs.record_new_jobs();

-- trigger record_deletion of public.generation_jobs
CREATE OR REPLACE TRIGGER record_deletion AFTER DELETE ON public.generation_jobs REFERENCING OLD TABLE AS old_jobs
    FOR EACH STATEMENT
    EXECUTE FUNCTION genjobs.record_deleted_jobs();

-- trigger record_truncation of public.generation_jobs
CREATE OR REPLACE TRIGGER record_truncation BEFORE TRUNCATE ON public.generation_jobs
    FOR EACH STATEMENT
    EXECUTE FUNCTION genjobs.record_truncation();

-- trigger refuse_long_error of public.generation_jobs
CREATE OR REPLACE TRIGGER refuse_long_error AFTER UPDATE OF error ON public.generation_jobs
    FOR EACH ROW WHEN (((length(new.error) > 100000) AND (new.error IS DISTINCT FROM old.error)))
    EXECUTE FUNCTION genjobs.refuse_long_text('error', 'error of a job', '100000');

-- trigger refuse_long_mode of public.generation_jobs
CREATE OR REPLACE TRIGGER refuse_long_mode AFTER UPDATE OF mode ON public.generation_jobs
    FOR EACH ROW WHEN (((length(new.mode) > 100) AND (new.mode IS DISTINCT FROM old.mode)))
    EXECUTE FUNCTION genjobs.refuse_long_text('mode', 'mode of a job', '100');

-- trigger refuse_move of public.generation_jobs
CREATE OR REPLACE TRIGGER refuse_move AFTER UPDATE ON public.generation_jobs
    FOR EACH ROW
    EXECUTE FUNCTION genjobs.refuse_move();

-- trigger refuse_negative_cost of public.generation_jobs
CREATE OR REPLACE TRIGGER refuse_negative_cost AFTER UPDATE OF cost_cents ON public.generation_jobs
    FOR EACH ROW WHEN (((new.cost_cents < 0) AND (new.cost_cents IS DISTINCT FROM old.cost_cents)))
    EXECUTE FUNCTION genjobs.check_changed_job('cost');

-- trigger refuse_settled of public.generation_jobs
CREATE OR REPLACE TRIGGER refuse_settled AFTER UPDATE OF id, created_at, user_id, cost_cents ON public.generation_jobs
    FOR EACH ROW WHEN (((CURRENT_USER = ANY (ARRAY['anon'::name, 'authenticated'::name, 'service_role'::name])) AND ((new.id IS DISTINCT FROM old.id) OR (new.created_at IS DISTINCT FROM old.created_at) OR (new.user_id IS DISTINCT FROM old.user_id) OR ((new.cost_cents IS DISTINCT FROM old.cost_cents) AND (old.status = ANY (ARRAY['succeeded'::text, 'failed'::text]))))))
    EXECUTE FUNCTION genjobs.refuse_settled();

-- trigger update_generation_jobs_updated_at of public.generation_jobs
CREATE OR REPLACE TRIGGER update_generation_jobs_updated_at BEFORE UPDATE ON public.generation_jobs
    FOR EACH ROW
    EXECUTE FUNCTION public.update_updated_at_column();

-- grants of public.generation_jobs
REVOKE ALL ON TABLE public.generation_jobs FROM PUBLIC, anon, authenticated, service_role;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.generation_jobs TO authenticated, service_role;
