"""``python -m tests.mutants``: one wrong line at a time in the source, in memory only; prints those that no test notices."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.entries import EntryError, Mutant, complaints, load
from tests.mutants.running import Job, Outcome, run_all, warm_up

HERE = Path(__file__).resolve().parent
BAR = 0.05
"""The share of mutants that may survive."""


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--area", default="", help="only these data files, for example ops or images/ops")
    parser.add_argument("--only", default="", help="only mutants in whose file, line, or reason this text occurs")
    parser.add_argument("--jobs", type=int, default=1, help="processes side by side")
    parser.add_argument("--limit", type=float, default=30, help="seconds that a run may take beyond 5 times its tests' own")
    parser.add_argument("--verbose", action="store_true", help="also print what killed each mutant")
    parser.add_argument("--data", type=Path, default=HERE, help="the folder of the data files")
    parser.add_argument("--root", type=Path, default=HERE.parents[1], help="the folder of the project")
    return parser.parse_args(given)


def chosen(mutants: Sequence[Mutant], area: str, only: str) -> list[Mutant]:
    """The mutants of these areas ("a/b" or "a,b"; "" is all) in which the text ``only`` occurs."""
    areas = set(area.replace(",", "/").split("/")) - {""}
    return [
        mutant
        for mutant in mutants
        if (not areas or mutant.area in areas) and only in " ".join((mutant.file, mutant.line, mutant.wrong, mutant.why))
    ]


def seconds_without(mutants: Sequence[Mutant], options: argparse.Namespace) -> dict[str, float]:
    """How long each test file takes on the right source.

    Raises:
        EntryError: a test fails although nothing is wrong, so that it cannot tell.
    """
    files = list(dict.fromkeys(test for mutant in mutants for test in mutant.tests))
    jobs = [Job(options.root, [file], None, 600) for file in files]
    taken, sentences = {}, []
    for job, outcome in run_all(jobs, options.jobs):
        taken[job.tests[0]] = outcome.seconds
        if outcome.killed or outcome.how != "all tests passed":
            sentences.append(f"{job.tests[0]} on the right source: {outcome.how}")
    if sentences:
        raise EntryError(sentences)
    return taken


def described(mutant: Mutant, outcome: Outcome) -> str:
    """A survivor, for a person."""
    explained = f"\n  explained: {mutant.equivalent}" if mutant.equivalent else ""
    return f"SURVIVED {mutant.title}\n  {mutant.why} ({outcome.how}: {', '.join(mutant.tests)}){explained}"


def main() -> int:
    """Runs the mutants; 1 if more than 5 % survive or an entry cannot be run, else 0."""
    options = arguments()
    options.root = options.root.resolve()
    try:
        mutants = chosen(load(options.data), options.area, options.only)
        stale = [sentence for mutant in mutants for sentence in complaints(mutant, options.root)]
        if stale or not mutants:
            raise EntryError(stale or ["No mutant was chosen."])
        warm_up(options.root, [name for mutant in mutants for name in (mutant.file, *mutant.tests)])
        taken = seconds_without(mutants, options)
    except EntryError as error:
        print("\n".join(error.sentences))
        return 1
    limits = [options.limit + 5 * sum(taken[test] for test in mutant.tests) for mutant in mutants]
    jobs = [Job(options.root, mutant.tests, mutant, limit) for mutant, limit in zip(mutants, limits, strict=True)]
    survivors = []
    for job, outcome in run_all(jobs, options.jobs):
        assert job.mutant
        if not outcome.killed:
            survivors.append(job.mutant)
            print(described(job.mutant, outcome), flush=True)
        elif options.verbose:
            print(f"killed {job.mutant.title}\n  by {outcome.how} ({outcome.seconds:.1f} s)", flush=True)
    share = len(survivors) / len(mutants)
    explained = sum(bool(mutant.equivalent) for mutant in survivors)
    print(
        f"killed {len(mutants) - len(survivors)} of {len(mutants)}, "
        f"{len(survivors)} survivors ({share:.1%}), {explained} of them explained"
    )
    return int(share > BAR)


if __name__ == "__main__":
    os.environ.update({"OMP_NUM_THREADS": "1", "CNN_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""})
    status = main()
    sys.stdout.flush()
    os._exit(status)  # at once: what was imported for the children has nothing to tidy up
