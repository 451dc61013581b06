select state.complete from genjobs.fold_state as state
