-- Names are printed with their schema, and a plan for the catalogue is not worth compiling.
set local search_path = pg_catalog, pg_temp;
set local jit = off;
