select genjobs.begin_totals()
