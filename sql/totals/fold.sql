select genjobs.fold_next(%s, %s)
