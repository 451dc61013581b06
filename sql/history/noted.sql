select noted.version, to_jsonb(noted) ->> 'checksum' from genjobs.schema_versions as noted
