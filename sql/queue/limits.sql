select
    coalesce(limits.mode, limits.user_id::text), limits.mode is not null, limits.max_running, limits.max_attempts
from genjobs.list_limits() as limits
