"""Servers and databases that any test may ask for; every worker has its own."""

from __future__ import annotations

import os
import shutil
import ssl
import tempfile
from collections.abc import Iterator
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from genjobs.domain.errors import Unavailable
from genjobs.local import postgres
from tests.clusters import BLANK, MIGRATED, Cluster, Database, running_cluster

BROWSER = "tests/browser"

MEMORY = Path("/dev/shm")
ROOM_BYTES = 6 * 2**30

# How long an example takes tells how busy the machine is, and nothing of the rule.
TIMELESS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", TIMELESS, derandomize=True)
settings.register_profile("explore", TIMELESS, derandomize=False)
settings.load_profile("same")


# Each HTTP client reads all certificates of the machine anew, which takes longer than most tests.
ssl.create_default_context = cache(ssl.create_default_context)  # type: ignore[assignment]


def pytest_configure(config: pytest.Config) -> None:
    """Work in memory where there is room: a copy of a database takes a tenth of its time on a disk there.

    The workers inherit the folder; it is removed at the end, with whatever killed processes have left.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    if min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) > ROOM_BYTES:
        folder = tempfile.mkdtemp(prefix="genjobs-tests-", dir=MEMORY)
        # After multiprocessing has removed its own folder in there, at -100, when Python ends.
        Finalize(None, shutil.rmtree, (folder, True), exitpriority=-1000)
        os.environ["TMPDIR"], tempfile.tempdir = folder, None


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """PostgreSQL 18 from the wheel."""
    with running_cluster(18, tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture(scope="session")
def cluster15(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Debian's PostgreSQL 15; skipped where it is not installed, unless CI=true."""
    try:
        postgres.binaries(15)
    except Unavailable as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"{reason.message} {reason.hint}")
    with running_cluster(15, tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture
def database(cluster: Cluster) -> Iterator[Database]:
    """A database with every migration applied."""
    with cluster.copy_of(MIGRATED) as made:
        yield made


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Database]:
    """A Supabase project's database before the first migration."""
    with cluster.copy_of(BLANK) as made:
        yield made


class BrowserTogether(LoadScopeScheduling):  # type: ignore[misc]
    """A module goes to whichever worker is free; all that need a browser go to one, and to one console."""

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        return BROWSER if scope.startswith(f"{BROWSER}/") else scope


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return BrowserTogether(config, log)
