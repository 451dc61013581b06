-- After many rows at once: plans know of them, and indexes alone answer, without waiting for autovacuum.
vacuum (analyze) public.generation_jobs, public.generation_job_events, genjobs.cost_totals;
