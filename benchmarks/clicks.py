"""What a click costs: how long a rerun takes, and how much of the console's processor and memory.

    python -m benchmarks.clicks [--beside COMMIT]
    python -m benchmarks.clicks --live [--sessions 100 --minutes 5 --costs 20]

Starts a console with a database and demo data of its own, and speaks to it as browsers do, through
Streamlit's WebSocket. Each session is somebody who looks at one page and clicks every `--think` seconds, a
half more or less, so that what was read before is no longer kept: on Jobs test another status, on Costs
another split. Between the clicks, what the page looks for by itself goes on. Half of the analyst's sessions
on Costs ask for everyone's totals.

Without `--live`, each page has the console to itself; another commit's console is measured at the same time,
so that both see the same machine, and the last figure is the ratio of the two. With it, all sessions are
there at once.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from websockets.exceptions import WebSocketException

from benchmarks.consoles import Console, consoles
from benchmarks.tabs import Broken, Tab, sign_in

ANALYST = "ana.analyst@demo.example"
PEOPLE = (ANALYST, "ben.studio@demo.example", "chloe.studio@demo.example")
BROWSERS_EACH = 8
MEMORY_EVERY_SECONDS = 30.0
STATUSES = [["Queued"], ["Running"], ["Succeeded"], ["Failed"], []]
FILTERS = ["filter-queued", "filter-running", "filter-succeeded", "filter-failed", "filter-all"]
SPLITS = [["Project"], ["Status"], ["Mode"]]


@dataclass(frozen=True)
class Screen:
    """A page: its address and title, and what is done there, click by click.

    That is pressing a button, by its key; where the page has none of these, choosing in a widget.
    """

    page: str
    title: str | None
    label: str = ""
    choices: Sequence[Sequence[str]] = ()
    query: str = ""
    buttons: Sequence[str] = ()


EMPTY = Screen("empty", None)
JOBS_TEST = Screen("jobs-test", "Jobs test", "Status", STATUSES, buttons=FILTERS)
COSTS = Screen("costs", "Costs", "Split by", SPLITS)
EVERYONE = Screen("costs", "Costs", "Split by", [*SPLITS, ["Person"]], "everyone=yes")


@dataclass
class Seen:
    """What was seen on one console: seconds of each rerun by page, and why sessions failed."""

    reruns: dict[str, list[float]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    cpu_seconds: float = 0.0
    megabytes: list[float] = field(default_factory=list)

    @property
    def all_reruns(self) -> list[float]:
        return [one for page in self.reruns.values() for one in page]

    @property
    def cpu_each(self) -> float:
        """Processor seconds of the console for each rerun."""
        return self.cpu_seconds / max(1, len(self.all_reruns))


class Crowd:
    """The sessions of one console."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._cookies = [
            (person, sign_in(console.address, person)) for _ in range(BROWSERS_EACH) for person in PEOPLE
        ]

    async def watch(self, screens: Sequence[Screen], think: float, seconds: float) -> Seen:
        """Open a session on each screen, one after the other, and have all of them click for so long."""
        seen = Seen()
        tabs = [await self._open(number, screen, seen) for number, screen in enumerate(screens)]
        before, until = self.console.cpu_seconds(), time.monotonic() + seconds
        clicking = [
            _click(tab, screen, think, until, random.Random(number), seen)
            for number, (tab, screen) in enumerate(tabs)
            if tab
        ]
        await asyncio.gather(self._remember(until, seen), *clicking)
        seen.cpu_seconds = self.console.cpu_seconds() - before
        for tab, _ in tabs:
            if tab:
                await tab.close()
        return seen

    async def _open(self, number: int, screen: Screen, seen: Seen) -> tuple[Tab | None, Screen]:
        person, cookie = self._cookies[number % len(self._cookies)]
        if screen is COSTS and person == ANALYST and number % 2:
            screen = EVERYONE
        try:
            tab = await Tab.open(self.console.address, cookie, screen.page, screen.query, screen.title)
        except (Broken, OSError, WebSocketException) as error:
            seen.failures[str(error)] += 1
            return None, screen
        return tab, screen

    async def _remember(self, until: float, seen: Seen) -> None:
        while (left := until - time.monotonic()) > 0:
            seen.megabytes.append(self.console.megabytes())
            await asyncio.sleep(min(MEMORY_EVERY_SECONDS, left))
        seen.megabytes.append(self.console.megabytes())


async def _click(
    tab: Tab, screen: Screen, think: float, until: float, chance: random.Random, seen: Seen
) -> None:
    """The first click comes at any moment of the first think time, so that sessions do not march in step."""
    await tab.rest(chance.uniform(0, think))
    choices, buttons = itertools.cycle(screen.choices or [()]), itertools.cycle(screen.buttons or [""])
    try:
        while time.monotonic() < until:
            choice, button = next(choices), next(buttons)
            if tab.has(button):
                took = await tab.press(button)
            else:
                took = await (tab.choose(screen.label, choice) if screen.label else tab.rerun())
            seen.reruns.setdefault(screen.page, []).append(took)
            await tab.rest(max(0.0, chance.uniform(think / 2, think * 1.5) - took))
    except (Broken, OSError, WebSocketException) as error:
        seen.failures[f"{type(error).__name__}: {error}"] += 1


def percentiles(values: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile, in seconds; 0 where there is nothing."""
    if len(values) < 2:
        return (values[0], values[0]) if values else (0.0, 0.0)
    cuts = quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[94]


def told(name: str, reruns: Sequence[float]) -> str:
    """One line of figures."""
    p50, p95 = percentiles(reruns)
    return f"{name:36} {len(reruns):5} reruns, p50 {p50:6.3f} s, p95 {p95:6.3f} s"


async def each_alone(found: list[Console], options: argparse.Namespace) -> None:
    """Each page by itself, on all consoles at once; another commit has no empty page."""
    crowds = [Crowd(console) for console in found]
    cost: dict[tuple[str, str], float] = {}
    for screen in (EMPTY, JOBS_TEST, COSTS):
        here = crowds[:1] if screen is EMPTY else crowds
        screens, seconds = [screen] * options.sessions, options.minutes * 60
        answers = await asyncio.gather(*(one.watch(screens, options.think, seconds) for one in here))
        for crowd, seen in zip(here, answers, strict=True):
            name, cost[screen.page, crowd.console.name] = crowd.console.name, seen.cpu_each
            line = told(f"{screen.page}, {name}", seen.all_reruns)
            print(f"{line}, {seen.cpu_each:.4f} processor seconds a rerun, {_failed(seen)}")
    ours = found[0].name
    print(f"Jobs test beside the empty page: {cost['jobs-test', ours] / cost['empty', ours]:.2f} times")
    for console in found[1:]:
        for page in ("jobs-test", "costs"):
            print(f"{page} beside {console.name}: {cost[page, ours] / cost[page, console.name]:.3f} times")


async def live(console: Console, options: argparse.Namespace) -> None:
    """Everybody at once."""
    others = options.sessions - options.costs
    crowd = Crowd(console)
    screens = [*[JOBS_TEST] * others, *[COSTS] * options.costs]
    random.Random(0).shuffle(screens)
    seen = await crowd.watch(screens, options.think, options.minutes * 60)
    for page, reruns in seen.reruns.items():
        print(told(page, reruns))
    print(f"{told('all', seen.all_reruns)}, {seen.cpu_each:.4f} processor seconds a rerun")
    memory = ", ".join(f"{one:.0f}" for one in seen.megabytes)
    print(f"memory every {MEMORY_EVERY_SECONDS:.0f} s, in MB: {memory}")
    print(_failed(seen))


def _failed(seen: Seen) -> str:
    reasons = "".join(f"\n  {count} times: {reason}" for reason, count in seen.failures.items())
    return f"{sum(seen.failures.values())} failed sessions{reasons}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clicks")
    parser.add_argument("--live", action="store_true", help="all sessions at once")
    parser.add_argument("--beside", metavar="COMMIT", help="measure that commit's console too")
    parser.add_argument("--sessions", type=int, default=12)
    parser.add_argument("--think", type=float, default=30.0, metavar="SECONDS", help="between two clicks")
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--costs", type=int, default=0, help="so many of the live sessions are on Costs")
    options = parser.parse_args()
    with consoles(options.beside) as found:
        asyncio.run(live(found[0], options) if options.live else each_alone(found, options))


if __name__ == "__main__":
    main()
