select genjobs.has_missed_events()
