-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.unlimited_projects
CREATE TABLE genjobs.unlimited_projects (
    project_id uuid NOT NULL,
    user_id uuid NOT NULL
);

-- constraint unlimited_projects_pkey of genjobs.unlimited_projects
ALTER TABLE genjobs.unlimited_projects
    ADD CONSTRAINT unlimited_projects_pkey PRIMARY KEY (project_id);

-- constraint unlimited_projects_project_id_fkey of genjobs.unlimited_projects
ALTER TABLE genjobs.unlimited_projects
    ADD CONSTRAINT unlimited_projects_project_id_fkey FOREIGN KEY (project_id) REFERENCES public.projects(id) ON UPDATE CASCADE ON DELETE CASCADE;

-- row security of genjobs.unlimited_projects
ALTER TABLE genjobs.unlimited_projects DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.unlimited_projects
REVOKE ALL ON TABLE genjobs.unlimited_projects FROM PUBLIC, anon, authenticated, service_role;
