-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- type genjobs.ending
CREATE TYPE genjobs.ending AS (
    number bigint,
    job_id uuid,
    status text,
    cost_cents integer,
    error text,
    is_final boolean,
    outcome text,
    reason text
);
