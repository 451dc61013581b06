select
    health.waiting, health.oldest_waiting_seconds, health.oldest_transaction_seconds
from public.get_generation_queue_health() as health
