-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- table genjobs.fold_state
CREATE TABLE genjobs.fold_state (
    only_row boolean DEFAULT true NOT NULL,
    transaction_id xid8 DEFAULT '1'::xid8 NOT NULL,
    event_id bigint DEFAULT 0 NOT NULL,
    histogram_transaction_id xid8 DEFAULT '1'::xid8 NOT NULL,
    histogram_event_id bigint DEFAULT 0 NOT NULL,
    last_event_id bigint DEFAULT 0 NOT NULL,
    complete boolean NOT NULL
);

-- constraint fold_state_only_row_check of genjobs.fold_state
ALTER TABLE genjobs.fold_state
    ADD CONSTRAINT fold_state_only_row_check CHECK (only_row);

-- constraint fold_state_pkey of genjobs.fold_state
ALTER TABLE genjobs.fold_state
    ADD CONSTRAINT fold_state_pkey PRIMARY KEY (only_row);

-- row security of genjobs.fold_state
ALTER TABLE genjobs.fold_state DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- grants of genjobs.fold_state
REVOKE ALL ON TABLE genjobs.fold_state FROM PUBLIC, anon, authenticated, service_role;
