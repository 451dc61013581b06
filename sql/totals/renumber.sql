select genjobs.renumber_events(%s)
