update genjobs.schema_versions set checksum = %s where version = %s
