select genjobs.doubt_totals(), genjobs.restart_back_fill()
