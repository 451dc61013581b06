select pg_catalog.to_regprocedure('genjobs.totals_state()') is not null
