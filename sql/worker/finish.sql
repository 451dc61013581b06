select told.outcome, told.reason, told.retried_as::text
from public.finish_generation_jobs(
    %s::uuid[], %s::uuid[], %s::text[], %s::integer[], %s::text[], %s::boolean[], %s::integer[]
) as told
