-- Once made the proof of isolation for three tables; 20261125090300 makes the one there is now. The file keeps its place
-- in the history of databases that have had it.
insert into genjobs.schema_versions (version) values ('20261123060800') on conflict do nothing;
