-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.cost_totals
CREATE TABLE genjobs.cost_totals (
    user_id uuid NOT NULL,
    project_id uuid NOT NULL,
    cost_bucket smallint NOT NULL,
    day date NOT NULL,
    mode text NOT NULL,
    status text NOT NULL,
    deleted boolean NOT NULL,
    quarters smallint[] NOT NULL,
    jobs integer[] NOT NULL,
    cents bigint[] NOT NULL
);

-- storage of genjobs.cost_totals
ALTER TABLE genjobs.cost_totals SET (fillfactor=80);

-- constraint cost_totals_pkey of genjobs.cost_totals
ALTER TABLE genjobs.cost_totals
    ADD CONSTRAINT cost_totals_pkey PRIMARY KEY (user_id, project_id, cost_bucket, day, mode, status, deleted);

-- row security of genjobs.cost_totals
ALTER TABLE genjobs.cost_totals DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.cost_totals
REVOKE ALL ON TABLE genjobs.cost_totals FROM PUBLIC, anon, authenticated, service_role;
