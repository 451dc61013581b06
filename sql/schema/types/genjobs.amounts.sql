-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- type genjobs.amounts
CREATE TYPE genjobs.amounts AS (
    jobs bigint,
    cents bigint,
    queued_jobs bigint,
    queued_cents bigint,
    running_jobs bigint,
    running_cents bigint,
    succeeded_jobs bigint,
    succeeded_cents bigint,
    failed_jobs bigint,
    failed_cents bigint,
    deleted_jobs bigint,
    deleted_cents bigint,
    ever_failed_jobs bigint,
    ever_failed_cents bigint,
    ever_succeeded_jobs bigint,
    ever_succeeded_cents bigint,
    excluded_jobs bigint
);
