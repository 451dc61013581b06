select genjobs.limit_person(%s::uuid, %s)
