"""What a request takes through the local gateway, beside the same request to PostgREST itself.

    python -m benchmarks.gateway

Starts a local stack. The two ways take turns, so that both see the same machine. The bar is 2 ms more.
"""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx
import psutil

from genjobs.local.stack import StackInfo
from tests.stacks import SMALL, running_stack

TURNS, BAR_MS = 300, 2.0
READ = "/projects?select=id&limit=1"


def milliseconds(client: httpx.Client, url: str, key: str) -> float:
    """One read, from its first byte to its answer."""
    began = time.perf_counter()
    client.get(url, headers={"apikey": key, "Authorization": f"Bearer {key}"}).raise_for_status()
    return (time.perf_counter() - began) * 1000


def postgrest_url(home: Path) -> str:
    """Where PostgREST listens; only the gateway need know."""
    pid = int((home / "postgrest.pid").read_text())
    ports = [one.laddr.port for one in psutil.Process(pid).net_connections() if one.status == "LISTEN"]
    for port in sorted(ports):
        answer = httpx.get(f"http://127.0.0.1:{port}/")
        if re.search("swagger|openapi", answer.text[:2000]):
            return f"http://127.0.0.1:{port}"
    raise SystemExit(f"PostgREST does not answer on any of {ports}.")


def measure(info: StackInfo, home: Path) -> tuple[float, float]:
    """Medians in milliseconds: through the gateway, and to PostgREST."""
    direct, gateway = f"{postgrest_url(home)}{READ}", f"{info.url}/rest/v1{READ}"
    key = info.service_role_key
    with httpx.Client() as client:
        pairs = [
            (milliseconds(client, gateway, key), milliseconds(client, direct, key)) for _ in range(TURNS)
        ]
    return median(one for one, _ in pairs), median(one for _, one in pairs)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder), SMALL) as info:
        gateway, direct = measure(info, Path(folder))
    print(f"{TURNS} reads each: {gateway:.1f} ms through the gateway, {direct:.1f} ms to PostgREST")
    print(f"the gateway adds {gateway - direct:.1f} ms (bar {BAR_MS:.0f})")


if __name__ == "__main__":
    main()
