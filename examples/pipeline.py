"""Generates a picture for each input asset: creates the jobs, waits for all, and adds up what they cost.

    eval "$(genjobs local env | sed 's/^/export /')"    # or the URL and secret key of a hosted project
    python examples/pipeline.py --person … --project … --mode lifestyle ASSET_ID ASSET_ID …

To find the ids, sign in to the console as the person, choose a project and an input asset on Jobs test, and
open Code beside Create job: it shows the ids of all three.

Run again with the same --run, it creates nothing twice: it waits for the existing jobs and prints the same.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable

from genjobs import Client, NewJob
from genjobs.client import Created, Outcome, Refused
from genjobs.domain.money import format_cents


def main() -> None:
    """Create the jobs and wait for them; exit 1 if a job was refused or failed."""
    asked = arguments()
    with Client(os.environ["SUPABASE_URL"], os.environ["SUPABASE_SECRET_KEY"], user_id=asked.person) as jobs:
        made = jobs.create_many(
            NewJob(
                project_id=asked.project, mode=asked.mode, input_asset_id=asset, key=f"{asked.run} {asset}"
            )
            for asset in asked.assets
        )
        created = [one.job_id for one in made if isinstance(one, Created)]
        refused = [
            (asset, one) for asset, one in zip(asked.assets, made, strict=True) if isinstance(one, Refused)
        ]
        print(f"{len(created)} jobs are waiting or done, {len(refused)} were refused.")
        outcomes = jobs.wait_many(created, timeout=asked.timeout)
    report(outcomes, refused)
    if refused or not all(outcome.succeeded for outcome in outcomes):
        raise SystemExit(1)


def report(outcomes: Iterable[Outcome], refused: Iterable[tuple[str, Refused]]) -> None:
    """Print a line for each job, and the cost of all attempts of all jobs."""
    outcomes = list(outcomes)
    for asset, one in refused:
        print(f"refused    {asset}, {one.error.message}")
    for outcome in outcomes:
        job, cost = outcome.job, format_cents(outcome.cost_cents)
        said = f"{job.status:<10} {job.input_asset_id}, attempts: {len(outcome.attempts)}, cost: {cost}"
        print(f"{said}  {job.error}" if job.error else said)
    attempts = sum(len(outcome.attempts) for outcome in outcomes)
    cents = sum(outcome.cost_cents for outcome in outcomes)
    succeeded = sum(outcome.succeeded for outcome in outcomes)
    print(f"{succeeded} of {len(outcomes)} succeeded; {attempts} attempts cost {format_cents(cents)}.")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Generate a picture for each input asset.")
    parser.add_argument("--person", required=True, help="The id of the person who will own the jobs.")
    parser.add_argument("--project", required=True, help="The id of a project of theirs.")
    parser.add_argument("--mode", default="lifestyle")
    parser.add_argument("--run", default="first run", help="A name for this run, with which its keys begin.")
    parser.add_argument("--timeout", type=float, default=3600, help="Seconds to wait for all.")
    parser.add_argument("assets", nargs="+", metavar="ASSET_ID")
    return parser.parse_args()


if __name__ == "__main__":
    main()
