select exists (select from public.projects) or exists (select from public.generation_jobs)
