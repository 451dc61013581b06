select genjobs.fold(%s, 0, %s)
