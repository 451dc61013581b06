select pg_catalog.to_regprocedure('genjobs.back_fill(integer)') is not null
