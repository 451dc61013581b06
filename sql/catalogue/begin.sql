-- Names are printed with their schema, and a plan for the catalogue is not worth compiling.
set local search_path = pg_catalog, pg_temp;
set local quote_all_identifiers = off;
set local standard_conforming_strings = on;
set local jit = off;
