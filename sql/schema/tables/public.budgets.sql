-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table public.budgets
CREATE TABLE public.budgets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    project_id uuid,
    monthly_cents bigint NOT NULL,
    warn_percent smallint DEFAULT 80 NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    is_hard boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

-- constraint budgets_monthly_cents_check of public.budgets
ALTER TABLE public.budgets
    ADD CONSTRAINT budgets_monthly_cents_check CHECK ((monthly_cents > 0));

-- constraint budgets_one_each of public.budgets
ALTER TABLE public.budgets
    ADD CONSTRAINT budgets_one_each UNIQUE NULLS NOT DISTINCT (user_id, project_id);

-- constraint budgets_pkey of public.budgets
ALTER TABLE public.budgets
    ADD CONSTRAINT budgets_pkey PRIMARY KEY (id);

-- constraint budgets_project_id_fkey of public.budgets
ALTER TABLE public.budgets
    ADD CONSTRAINT budgets_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE;

-- constraint budgets_user_id_fkey of public.budgets
ALTER TABLE public.budgets
    ADD CONSTRAINT budgets_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- constraint budgets_warn_percent_check of public.budgets
ALTER TABLE public.budgets
    ADD CONSTRAINT budgets_warn_percent_check CHECK (((warn_percent >= 1) AND (warn_percent <= 100)));

-- index idx_budgets_hard of public.budgets
CREATE INDEX idx_budgets_hard ON public.budgets USING btree (user_id) WHERE is_hard;

-- index idx_budgets_project_id of public.budgets
CREATE INDEX idx_budgets_project_id ON public.budgets USING btree (project_id);

-- row security of public.budgets
ALTER TABLE public.budgets ENABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- policy "Users can delete own budgets" of public.budgets
CREATE POLICY "Users can delete own budgets" ON public.budgets
    AS PERMISSIVE FOR DELETE TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id));

-- policy "Users can insert own budgets" of public.budgets
CREATE POLICY "Users can insert own budgets" ON public.budgets
    AS PERMISSIVE FOR INSERT TO authenticated
    WITH CHECK ((( SELECT auth.uid() AS uid) = user_id));

-- policy "Users can update own budgets" of public.budgets
CREATE POLICY "Users can update own budgets" ON public.budgets
    AS PERMISSIVE FOR UPDATE TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id))
    WITH CHECK ((( SELECT auth.uid() AS uid) = user_id));

-- policy "Users can view own budgets" of public.budgets
CREATE POLICY "Users can view own budgets" ON public.budgets
    AS PERMISSIVE FOR SELECT TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id));

-- trigger "0_refuse_budget" of public.budgets
CREATE OR REPLACE TRIGGER "0_refuse_budget" AFTER INSERT OR UPDATE ON public.budgets
    FOR EACH ROW
    EXECUTE FUNCTION genjobs.refuse_budget();

-- trigger limit_projects of public.budgets
CREATE OR REPLACE TRIGGER limit_projects AFTER INSERT OR UPDATE ON public.budgets
    FOR EACH ROW
    EXECUTE FUNCTION genjobs.limit_projects();

-- trigger update_budgets_updated_at of public.budgets
CREATE OR REPLACE TRIGGER update_budgets_updated_at BEFORE UPDATE ON public.budgets
    FOR EACH ROW
    EXECUTE FUNCTION public.update_updated_at_column();

-- comment of public.budgets
COMMENT ON TABLE public.budgets IS 'Monthly limits in cents, of a person or of one of their projects.';

-- comment project_id of public.budgets
COMMENT ON COLUMN public.budgets.project_id IS 'Null for all of the person''s jobs.';

-- grants of public.budgets
REVOKE ALL ON TABLE public.budgets FROM PUBLIC, anon, authenticated, service_role;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.budgets TO authenticated, service_role;
