"""What a handler reports, from as many threads as it likes."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from genjobs.worker.notes import Notes, Progress

TIMES = 300


def test_threads_may_report_at_once_while_the_worker_reads(tmp_path: Path) -> None:
    notes, over = Notes(tmp_path, "job"), threading.Event()

    def report(percent: int) -> None:
        for _ in range(TIMES):
            notes.tell(Progress(percent, "x" * 200))

    def read() -> set[int | None]:
        seen = set()
        while not over.is_set():
            seen.add(notes.told().percent)
        return seen

    with ThreadPoolExecutor(5) as pool:
        reading = pool.submit(read)
        for done in [pool.submit(report, percent) for percent in range(4)]:
            done.result()
        over.set()
        assert reading.result() <= {None, 0, 1, 2, 3}
    notes.clear()
    assert list(tmp_path.iterdir()) == []


def test_forked_processes_may_note_costs_at_once_while_the_worker_reads(tmp_path: Path) -> None:
    """Their threads have the same numbers."""
    notes, fork = Notes(tmp_path, "job"), multiprocessing.get_context("fork")

    def spend(cents: int) -> None:
        for _ in range(TIMES):
            notes.record_cost(cents)

    spenders = [fork.Process(target=spend, args=[cents]) for cents in (1, 2)]
    for one in spenders:
        one.start()
    seen = set()
    while any(one.is_alive() for one in spenders):
        seen.add(notes.cost())
    assert [one.exitcode for one in spenders] == [0, 0]
    assert notes.cost() in {1, 2}
    assert seen <= {0, 1, 2}


def test_what_cannot_be_read_is_no_progress_and_no_cost(tmp_path: Path) -> None:
    (tmp_path / "job.progress").write_text("[4", encoding="utf-8")
    (tmp_path / "job.cost").write_text("", encoding="utf-8")
    assert (Notes(tmp_path, "job").told(), Notes(tmp_path, "job").cost()) == (Progress(), 0)


def test_a_report_after_the_job_was_given_up_is_dropped(tmp_path: Path) -> None:
    class Cleared(Notes):
        def _file(self, name: str) -> Path:
            if name == "progress":
                self.clear()
            return super()._file(name)

    Cleared(tmp_path, "job").tell(Progress(5))
    assert list(tmp_path.iterdir()) == []
