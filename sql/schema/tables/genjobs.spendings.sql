-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.spendings
CREATE UNLOGGED TABLE genjobs.spendings (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    user_id uuid NOT NULL,
    transaction_id xid8 NOT NULL,
    began_at timestamp with time zone NOT NULL,
    budget_id uuid NOT NULL,
    project_id uuid,
    time_zone text NOT NULL,
    month timestamp without time zone NOT NULL,
    opens timestamp with time zone NOT NULL,
    closes timestamp with time zone NOT NULL,
    event_id bigint NOT NULL,
    cents bigint NOT NULL
);

-- constraint spendings_pkey of genjobs.spendings
ALTER TABLE genjobs.spendings
    ADD CONSTRAINT spendings_pkey PRIMARY KEY (user_id, transaction_id, budget_id, id);

-- constraint spendings_user_id_fkey of genjobs.spendings
ALTER TABLE genjobs.spendings
    ADD CONSTRAINT spendings_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;

-- row security of genjobs.spendings
ALTER TABLE genjobs.spendings DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.spendings
REVOKE ALL ON TABLE genjobs.spendings FROM PUBLIC, anon, authenticated, service_role;

-- grants genjobs.spendings_id_seq of genjobs.spendings
REVOKE ALL ON SEQUENCE genjobs.spendings_id_seq FROM PUBLIC, anon, authenticated, service_role;
