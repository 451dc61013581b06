select genjobs.limit_mode(%s, %s, %s)
