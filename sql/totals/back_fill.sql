select genjobs.back_fill(%s)
