-- The checksum of each file that `genjobs migrate` has applied: SHA-256 of its text as hexadecimal digits. Null where a file
-- was pasted or applied by another program: then the catalogue alone tells what it did.

alter table genjobs.schema_versions add column if not exists checksum text;

insert into genjobs.schema_versions (version) values ('20261127110100') on conflict do nothing;
