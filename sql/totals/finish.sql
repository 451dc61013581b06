select genjobs.finish_back_fill()
