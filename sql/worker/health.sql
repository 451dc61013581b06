select health.* from public.get_generation_queue_health() as health
