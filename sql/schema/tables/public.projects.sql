-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table public.projects
CREATE TABLE public.projects (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

-- statistics name of public.projects
ALTER TABLE public.projects ALTER COLUMN name SET STATISTICS 0;

-- constraint projects_pkey of public.projects
ALTER TABLE public.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (id);

-- constraint projects_user_id_fkey of public.projects
ALTER TABLE public.projects
    ADD CONSTRAINT projects_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- index idx_projects_user_id of public.projects
CREATE INDEX idx_projects_user_id ON public.projects USING btree (user_id);

-- row security of public.projects
ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- policy "Users can delete own projects" of public.projects
CREATE POLICY "Users can delete own projects" ON public.projects
    AS PERMISSIVE FOR DELETE TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id));

-- policy "Users can insert own projects" of public.projects
CREATE POLICY "Users can insert own projects" ON public.projects
    AS PERMISSIVE FOR INSERT TO authenticated
    WITH CHECK ((( SELECT auth.uid() AS uid) = user_id));

-- policy "Users can update own projects" of public.projects
CREATE POLICY "Users can update own projects" ON public.projects
    AS PERMISSIVE FOR UPDATE TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id))
    WITH CHECK ((( SELECT auth.uid() AS uid) = user_id));

-- policy "Users can view own projects" of public.projects
CREATE POLICY "Users can view own projects" ON public.projects
    AS PERMISSIVE FOR SELECT TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id));

-- trigger limit_new_owner of public.projects
CREATE OR REPLACE TRIGGER limit_new_owner AFTER UPDATE OF user_id ON public.projects
    FOR EACH ROW WHEN ((new.user_id IS DISTINCT FROM old.user_id))
    EXECUTE FUNCTION genjobs.limit_new_owner();

-- trigger refuse_long_name of public.projects
CREATE OR REPLACE TRIGGER refuse_long_name AFTER UPDATE OF name ON public.projects
    FOR EACH ROW WHEN (((length(new.name) > 200) AND (new.name IS DISTINCT FROM old.name)))
    EXECUTE FUNCTION genjobs.refuse_long_text('name', 'name of a project', '200');

-- trigger refuse_long_name_of_new of public.projects
CREATE OR REPLACE TRIGGER refuse_long_name_of_new AFTER INSERT ON public.projects
    FOR EACH ROW WHEN ((length(new.name) > 200))
    EXECUTE FUNCTION genjobs.refuse_long_text('name', 'name of a project', '200');

-- trigger update_projects_updated_at of public.projects
CREATE OR REPLACE TRIGGER update_projects_updated_at BEFORE UPDATE ON public.projects
    FOR EACH ROW
    EXECUTE FUNCTION public.update_updated_at_column();

-- grants of public.projects
REVOKE ALL ON TABLE public.projects FROM PUBLIC, anon, authenticated, service_role;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.projects TO authenticated, service_role;
