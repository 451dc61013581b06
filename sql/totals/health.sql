select genjobs.totals_health(1000000)
