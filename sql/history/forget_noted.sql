delete from genjobs.schema_versions where version = any (%s)
