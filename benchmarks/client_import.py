"""How long it takes to import the client where nothing else is installed.

    python -m benchmarks.client_import

Prints the median, least and most of eleven processes, in milliseconds: for `import genjobs`, and for the
client after it.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from genjobs.paths import ROOT
from tests.local.bare import bare
from tests.local.wheel import pip

TIMES = 11
PROGRAM = """
from time import perf_counter
start = perf_counter()
import genjobs
package = perf_counter()
genjobs.Client, genjobs.AsyncClient
print(package - start, perf_counter() - package)
"""


def main() -> None:
    """Build the wheel, install it alone, and import it again and again."""
    with tempfile.TemporaryDirectory() as name:
        wheels = Path(name) / "wheels"
        pip("wheel", "--no-build-isolation", f"--wheel-dir={wheels}", str(ROOT))
        [wheel] = wheels.iterdir()
        alone = bare(Path(name) / "alone", wheel)
        runs = [alone.run(alone.python, "-P", "-c", PROGRAM).stdout.split() for _ in range(TIMES + 1)]
    for what, seconds in zip(("import genjobs", "the client"), zip(*runs[1:], strict=True), strict=True):
        taken = sorted(1000 * float(one) for one in seconds)
        print(f"{what:<15} {statistics.median(taken):6.0f} ms ({taken[0]:.0f} to {taken[-1]:.0f})")


if __name__ == "__main__":
    main()
