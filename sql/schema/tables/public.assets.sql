-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table public.assets
CREATE TABLE public.assets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    project_id uuid NOT NULL,
    kind text NOT NULL,
    mode text NOT NULL,
    source_asset_id uuid,
    prompt_version text NOT NULL,
    prompt_payload jsonb NOT NULL,
    width integer,
    height integer,
    mime_type text,
    storage_path text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

-- statistics mime_type of public.assets
ALTER TABLE public.assets ALTER COLUMN mime_type SET STATISTICS 0;

-- statistics prompt_version of public.assets
ALTER TABLE public.assets ALTER COLUMN prompt_version SET STATISTICS 0;

-- statistics storage_path of public.assets
ALTER TABLE public.assets ALTER COLUMN storage_path SET STATISTICS 0;

-- constraint assets_kind_check of public.assets
ALTER TABLE public.assets
    ADD CONSTRAINT assets_kind_check CHECK ((kind = ANY (ARRAY['input'::text, 'output'::text])));

-- constraint assets_mode_check of public.assets
ALTER TABLE public.assets
    ADD CONSTRAINT assets_mode_check CHECK ((mode = ANY (ARRAY['main_white'::text, 'lifestyle'::text, 'feature_callout'::text, 'packaging'::text])));

-- constraint assets_pkey of public.assets
ALTER TABLE public.assets
    ADD CONSTRAINT assets_pkey PRIMARY KEY (id);

-- constraint assets_project_id_fkey of public.assets
ALTER TABLE public.assets
    ADD CONSTRAINT assets_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id) ON DELETE CASCADE;

-- constraint assets_source_asset_id_fkey of public.assets
ALTER TABLE public.assets
    ADD CONSTRAINT assets_source_asset_id_fkey FOREIGN KEY (source_asset_id) REFERENCES public.assets(id) ON DELETE SET NULL;

-- constraint assets_user_id_fkey of public.assets
ALTER TABLE public.assets
    ADD CONSTRAINT assets_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- index idx_assets_project_id of public.assets
CREATE INDEX idx_assets_project_id ON public.assets USING btree (project_id);

-- index idx_assets_source_asset_id of public.assets
CREATE INDEX idx_assets_source_asset_id ON public.assets USING btree (source_asset_id);

-- index idx_assets_user_id of public.assets
CREATE INDEX idx_assets_user_id ON public.assets USING btree (user_id);

-- row security of public.assets
ALTER TABLE public.assets ENABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- policy "Users can delete own assets" of public.assets
CREATE POLICY "Users can delete own assets" ON public.assets
    AS PERMISSIVE FOR DELETE TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id));

-- policy "Users can insert own assets" of public.assets
CREATE POLICY "Users can insert own assets" ON public.assets
    AS PERMISSIVE FOR INSERT TO authenticated
    WITH CHECK ((( SELECT auth.uid() AS uid) = user_id));

-- policy "Users can update own assets" of public.assets
CREATE POLICY "Users can update own assets" ON public.assets
    AS PERMISSIVE FOR UPDATE TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id))
    WITH CHECK ((( SELECT auth.uid() AS uid) = user_id));

-- policy "Users can view own assets" of public.assets
CREATE POLICY "Users can view own assets" ON public.assets
    AS PERMISSIVE FOR SELECT TO authenticated
    USING ((( SELECT auth.uid() AS uid) = user_id));

-- trigger "0_refuse_foreign_parent" of public.assets
CREATE OR REPLACE TRIGGER "0_refuse_foreign_parent" AFTER UPDATE OF project_id, source_asset_id, user_id ON public.assets
    FOR EACH ROW WHEN (((new.user_id IS DISTINCT FROM old.user_id) OR (new.project_id IS DISTINCT FROM old.project_id) OR ((new.source_asset_id IS NOT NULL) AND (new.source_asset_id IS DISTINCT FROM old.source_asset_id))))
    EXECUTE FUNCTION genjobs.refuse_foreign_parent();

-- trigger "0_refuse_foreign_parent_of_new" of public.assets
CREATE OR REPLACE TRIGGER "0_refuse_foreign_parent_of_new" AFTER INSERT ON public.assets
    FOR EACH ROW
    EXECUTE FUNCTION genjobs.refuse_foreign_parent();

-- trigger refuse_long_path of public.assets
CREATE OR REPLACE TRIGGER refuse_long_path AFTER UPDATE OF storage_path ON public.assets
    FOR EACH ROW WHEN (((length(new.storage_path) > 1000) AND (new.storage_path IS DISTINCT FROM old.storage_path)))
    EXECUTE FUNCTION genjobs.refuse_long_text('storage_path', 'storage path of an asset', '1000');

-- trigger refuse_long_path_of_new of public.assets
CREATE OR REPLACE TRIGGER refuse_long_path_of_new AFTER INSERT ON public.assets
    FOR EACH ROW WHEN ((length(new.storage_path) > 1000))
    EXECUTE FUNCTION genjobs.refuse_long_text('storage_path', 'storage path of an asset', '1000');

-- trigger update_assets_updated_at of public.assets
CREATE OR REPLACE TRIGGER update_assets_updated_at BEFORE UPDATE ON public.assets
    FOR EACH ROW
    EXECUTE FUNCTION public.update_updated_at_column();

-- grants of public.assets
REVOKE ALL ON TABLE public.assets FROM PUBLIC, anon, authenticated, service_role;
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.assets TO authenticated, service_role;
