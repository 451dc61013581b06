update genjobs.schema_versions as noted
set checksum = given.checksum
from unnest(%s::text[], %s::text[]) as given (version, checksum)
where noted.version = given.version and noted.checksum is distinct from given.checksum
