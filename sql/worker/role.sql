-- The worker hears of new jobs: its claims that find fewer than they asked for say that somebody listens.
set role service_role;
set statement_timeout = '20s';
listen genjobs_queued;
set genjobs.listens = 'on';
