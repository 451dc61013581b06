"""A database that is restored on another server: noticed, read rightly all along, mended by `migrate`."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from genjobs import migrations
from genjobs.local import postgres
from genjobs.migrations import totals
from genjobs.paths import ROOT
from tests.clusters import BLANK, MIGRATED, PLAIN, Cluster, Database, running_cluster
from tests.sql.dumps import count_ahead, dump, restore
from tests.sql.functions import without
from tests.sql.histories import COSTS, MODES, Known, act, around, ask, differences, insert_job, utc
from tests.sql.people import acting, add_project, add_user, new_id
from tests.sql.readings import assert_readings_agree
from tests.sql.test_job_queue import flaws
from tests.sql.workers import claim, finish

MIDDLE = utc(2026, 3, 10, 12)
START, END = utc(2026, 3, 6), utc(2026, 3, 16)
LIMIT = "insert into public.budgets (user_id, project_id, monthly_cents, is_hard) values (%s, %s, %s, true)"

BEYOND = """greatest(state.transaction_id, state.histogram_transaction_id)
                > pg_snapshot_xmax(pg_current_snapshot())"""

CREATE = "select outcome, job_id::text from create_generation_jobs(%s)"
ROLE = 'update auth.users set raw_app_meta_data = \'{"console_role": "analyst"}\' where id = %s'
PROGRESS = "select from heartbeat_generation_workers(%s, 60, %s, %s, array[40], array['Upscaling'])"
REBUILT = {
    *("back_fill_state", "cost_totals", "erasures", "fold_state", "recorded_at_once", "schema_versions"),
    *("set_aside_events", "spenders", "spendings", "totals_origins", "unlimited_projects"),
}
"""Tables of the schema genjobs whose contents are made from the other tables."""


@dataclass
class Life:
    """A person's projects and jobs, as the test knows them; `limited` has a hard limit with 3 cents left."""

    user: str
    projects: list[str]
    limited: str
    jobs: list[Known]

    def live(self, connection: psycopg.Connection, chance: random.Random, deeds: int) -> None:
        for _ in range(deeds):
            present = [job for job in self.jobs if not job.deleted and job.project != self.limited]
            if not present or chance.random() < 0.5:
                made = Known(
                    new_id(), chance.choice(self.projects), chance.choice(MODES), "queued",
                    chance.choice(COSTS), around(chance, MIDDLE),
                )  # fmt: skip
                insert_job(connection, self.user, made)
                self.jobs.append(made)
            else:
                self.jobs += act(connection, chance, chance.choice(present), self.projects)

    def agree(self, connection: psycopg.Connection) -> None:
        """Every reading says what the jobs add up to."""
        for zone in ("UTC", "Asia/Kolkata"):
            assert_readings_agree(connection, self.user, self.jobs, START, END, zone)
        spent = sum(job.cents for job in self.jobs if job.project == self.limited)
        [budget] = ask(connection, self.user, "get_budgets", MIDDLE)
        assert budget["spent_cents"] == spent

    def spend(self, connection: psycopg.Connection, tries: int = 12) -> int:
        """Insert jobs of 1 cent into the limited project until the limit refuses one: how many passed."""
        for passed in range(tries):
            job = Known(new_id(), self.limited, "lifestyle", "queued", 1, MIDDLE)
            try:
                with acting(connection, "authenticated", self.user):
                    insert_job(connection, self.user, job)
            except psycopg.Error as error:
                if error.sqlstate != "PT402":
                    raise
                return passed
            self.jobs.append(job)
        return tries


def begin(connection: psycopg.Connection, chance: random.Random) -> Life:
    user = new_id()
    add_user(connection, user)
    projects = [add_project(connection, user) for _ in range(3)]
    life = Life(user, projects, add_project(connection, user), [])
    life.live(connection, chance, 120)
    life.jobs.append(Known(new_id(), life.limited, "lifestyle", "queued", 500, MIDDLE))
    insert_job(connection, user, life.jobs[-1])
    connection.execute(LIMIT, [user, life.limited, 503])
    return life


def state(connection: psycopg.Connection) -> str:
    row = connection.execute("select genjobs.totals_state()").fetchone()
    assert row
    return str(row[0])


def fold_all(connection: psycopg.Connection) -> None:
    for histogram in (False, True):
        connection.execute("select genjobs.fold(1000, 1000, %s)", [histogram])


@dataclass
class Original:
    """A database whose server has counted far, a life in it that is folded in part, and chance to go on."""

    database: Database
    life: Life
    chance: random.Random


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Another server of PostgreSQL 18, whose count of transactions is far behind the first one's."""
    with running_cluster(18, tmp_path_factory.mktemp("elsewhere")) as running:
        yield running


@pytest.fixture
def original(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Original]:
    chance = random.Random(request.node.name)
    with cluster.copy_of(MIGRATED) as made, made.connect() as connection:
        count_ahead(connection, 20_000)
        life = begin(connection, chance)
        fold_all(connection)
        life.live(connection, chance, 30)
        yield Original(made, life, chance)


@pytest.fixture
def moved(original: Original, elsewhere: Cluster, tmp_path: Path) -> Iterator[Database]:
    """The whole original, restored elsewhere."""
    file = dump(original.database.admin_dsn, tmp_path / "dump")
    with elsewhere.copy_of(PLAIN) as made:
        assert restore(file, made.admin_dsn) == ""
        yield made


def test_a_database_on_another_server_is_read_from_its_jobs_until_it_is_migrated(
    original: Original, moved: Database
) -> None:
    life, steps = original.life, list[str]()
    with moved.connect() as connection:
        assert state(connection) == "moved"
        life.agree(connection)
        life.live(connection, original.chance, 30)
        fold_all(connection)
        assert (life.spend(connection), state(connection)) == (3, "moved")
        life.agree(connection)

        migrations.apply(moved.postgres_dsn, steps.append)
        assert steps[1].startswith("The totals were made on another server")
        assert steps[-1] == "Totals: complete"
        assert (differences(connection), state(connection)) == ([], "complete")
        life.agree(connection)
        connection.execute("update public.budgets set monthly_cents = monthly_cents + 3")
        life.live(connection, original.chance, 30)
        assert life.spend(connection) == 3
        for _ in range(2):
            life.agree(connection)
            fold_all(connection)
        assert differences(connection) == []
        steps.clear()
        migrations.apply(moved.postgres_dsn, steps.append)
        assert len(steps) == 1


def test_unnoticed_a_move_makes_figures_wrong_and_the_limit_does_not_bind(
    original: Original, moved: Database
) -> None:
    with moved.connect() as connection:
        for noticed in ("origins.clusters is distinct from array[system.system_identifier]", BEYOND):
            without(connection, "genjobs.totals_state", noticed, "false")
        assert original.life.spend(connection) == 12
        with pytest.raises(AssertionError):
            original.life.agree(connection)
        fold_all(connection)
        with pytest.raises(AssertionError):
            original.life.agree(connection)


def test_a_rebuild_that_is_cut_short_goes_on_with_the_next_migrate(
    original: Original, moved: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each step the figures are right, whoever writes and folds meanwhile."""
    monkeypatch.setattr(totals, "_EVENTS_A_BATCH", 60)
    life = original.life

    def stop(step: str) -> None:
        with moved.connect() as other:
            life.live(other, original.chance, 3)
            fold_all(other)
            life.agree(other)
        if step.startswith("Totals"):
            raise KeyboardInterrupt

    with moved.connect() as connection:
        interrupted = 0
        while state(connection) != "complete":
            with contextlib.suppress(KeyboardInterrupt):
                totals.bring_up_to_date(connection, stop, jobs_a_batch=1000)
            interrupted += 1
        assert interrupted > 3
        assert differences(connection) == []


WRITES = {
    "insert": "insert into generation_jobs (user_id, project_id, mode) select user_id, id, 'a' from projects",
    "update": "update generation_jobs set cost_cents = cost_cents + 1 where status in ('queued', 'running')",
    "delete": "delete from generation_jobs where status = 'failed'",
    "truncate": "truncate generation_jobs",
}


@pytest.mark.parametrize("write", WRITES)
def test_the_first_write_on_another_server_notes_that_the_totals_are_not_its_own(
    moved: Database, write: str
) -> None:
    with moved.connect() as connection:
        connection.execute(WRITES[write])
        noted = connection.execute("select count(*) from genjobs.totals_origins where cluster = 0").fetchone()
    assert noted == (1,)


def test_a_database_that_returns_to_its_first_server_says_so_and_is_read_from_its_jobs(
    original: Original, moved: Database, cluster: Cluster, tmp_path: Path
) -> None:
    life = original.life
    with moved.connect() as connection:
        life.live(connection, original.chance, 10)
    file = dump(moved.admin_dsn, tmp_path / "back")
    with cluster.copy_of(PLAIN) as back:
        restore(file, back.admin_dsn)
        with back.connect() as connection:
            assert state(connection) == "moved"
            life.agree(connection)
            migrations.apply(back.postgres_dsn)
            life.agree(connection)
            assert differences(connection) == []


def commands(heading: str) -> list[str]:
    """The commands that docs/restoring.md gives under a heading."""
    text = (ROOT / "docs" / "restoring.md").read_text()
    return text.partition(f"## {heading}\n")[2].split("```")[1].strip().splitlines()


def run(lines: list[str], old: str, new: str, folder: Path) -> None:
    """As somebody types them, with the programs of PostgreSQL 18 on the path."""
    places = [str(postgres.binaries(18)), str(Path(sys.executable).parent), os.environ["PATH"]]
    environment = {**os.environ, "PATH": os.pathsep.join(places), "OLD": old, "NEW": new}
    subprocess.run(["bash", "-ec", "\n".join(lines)], check=True, cwd=folder, env=environment)


@dataclass
class Order:
    """Jobs with everything that only the schema genjobs knows of them, and how they are created."""

    requests: str

    def create(self, connection: psycopg.Connection) -> list[tuple[str, str]]:
        with acting(connection, "service_role"):
            return connection.execute(CREATE, [self.requests]).fetchall()


def place_order(connection: psycopg.Connection) -> Order:
    """An analyst with waiting, delayed, held, cancelled and retried jobs, and with limits."""
    user = new_id()
    add_user(connection, user)
    connection.execute(ROLE, [user])
    project = add_project(connection, user)
    first: list[dict[str, object]] = [{"urgent": True}, {"priority": 9}, {"timeout_seconds": 60}]
    others: list[dict[str, object]] = [{"max_attempts": 5}, {}, {"not_before": "2100-01-01T00:00:00Z"}]
    request = {"user_id": user, "project_id": project, "mode": "lifestyle"}
    order = Order(
        json.dumps([request | one | {"key": f"{key}"} for key, one in enumerate([*first, *others])])
    )
    order.create(connection)

    worker = new_id()
    failed, cancelled, held = claim(connection, 3, projects=[project], worker=worker)
    finish(connection, [failed], "failed")
    with acting(connection, "service_role"):
        connection.execute("select cancel_generation_job(%s)", [cancelled["id"]])
        connection.execute(PROGRESS, [worker, [held["id"]], [held["lease_token"]]])
        connection.execute("select limit_generation_mode('lifestyle', 4, 7)")
        connection.execute("select limit_generation_person(%s, 3), limit_generation_person(null, 2)", [user])
    return order


def kept(connection: psycopg.Connection) -> dict[str, list[str]]:
    """The rows of each table that is restored as it is; the log gets other numbers."""
    tables = connection.execute(
        "select schemaname || '.' || tablename from pg_tables"
        " where schemaname = 'genjobs' and tablename <> all (%s)"
        " or schemaname = 'public' and tablename <> 'generation_job_events'"
        " or schemaname = 'auth' and tablename = 'users'",
        [list(REBUILT)],
    ).fetchall()
    names = [*(name for (name,) in tables), "(select last_value from genjobs.queue_turn)"]
    queries = {name: f"select one::text from {name} as one order by 1".encode() for name in names}
    return {name: [row for (row,) in connection.execute(query)] for name, query in queries.items()}


@pytest.mark.parametrize("heading", ["All of it", "Only the data"])
def test_what_the_guide_says_about_restoring_works(
    original: Original, elsewhere: Cluster, tmp_path: Path, heading: str
) -> None:
    template = PLAIN if heading == "All of it" else BLANK
    with original.database.connect() as connection:
        order = place_order(connection)
        before, made = kept(connection), order.create(connection)
    assert [name for name, rows in before.items() if not rows] == ["public.assets"]
    with elsewhere.copy_of(template) as target:
        databases = (original.database, target)
        old, new = (one.admin_dsn if heading == "All of it" else one.postgres_dsn for one in databases)
        run(commands(heading), old, new, tmp_path)
        with target.connect() as connection:
            assert (differences(connection), state(connection)) == ([], "complete")
            assert (kept(connection), flaws(connection)) == (before, [])
            assert {outcome for outcome, _ in made} == {"existing"}
            assert order.create(connection) == made
            original.life.agree(connection)
            assert original.life.spend(connection) == 3
            original.life.live(connection, original.chance, 20)
            fold_all(connection)
            original.life.agree(connection)


@pytest.mark.parametrize("option", ["--disable-triggers", "--jobs=1"])
def test_data_that_is_restored_over_a_database_is_noticed_and_mended(
    original: Original, elsewhere: Cluster, tmp_path: Path, option: str
) -> None:
    """The schema genjobs and all, with the triggers off or on: then finished jobs are refused."""
    file = dump(original.database.admin_dsn, tmp_path / "dump", "--data-only")
    with elsewhere.copy_of(MIGRATED) as target:
        complaints = restore(file, target.admin_dsn, "--data-only", option)
        assert "fold_state" in complaints
        with target.connect() as connection:
            assert state(connection) == "moved"
            if option == "--jobs=1":
                assert "A job starts queued." in complaints
                original.life.jobs = [job for job in original.life.jobs if job.deleted]
            original.life.agree(connection)
            migrations.apply(target.postgres_dsn)
            assert (differences(connection), state(connection)) == ([], "complete")
            original.life.agree(connection)
