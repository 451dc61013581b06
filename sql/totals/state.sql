select genjobs.totals_state()
