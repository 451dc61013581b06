-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- type genjobs.cost_filters
CREATE TYPE genjobs.cost_filters AS (
    project_ids uuid[],
    modes text[],
    statuses text[],
    user_ids uuid[],
    everyone boolean
);
