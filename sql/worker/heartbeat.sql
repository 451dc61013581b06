select lost.lost_job_id::text
from public.heartbeat_generation_workers(%s::uuid, %s, %s::uuid[], %s::uuid[], %s::integer[], %s::text[]) as lost
