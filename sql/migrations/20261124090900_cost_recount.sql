-- Once made get_cost_recount of two parameters; 20261125090100 makes the one there is now. The file keeps its place in the
-- history of databases that have had it.
insert into genjobs.schema_versions (version) values ('20261124090900') on conflict do nothing;
