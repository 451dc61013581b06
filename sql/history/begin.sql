-- Another `genjobs migrate` waits here until this transaction ends; it holds nothing else yet.
set local statement_timeout = 0;
set local lock_timeout = 0;
select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('genjobs migrate', 0));
set local lock_timeout = '15s';
