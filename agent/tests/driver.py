"""Runs each program plain and under the agent on each Python: the program must not notice,
and the stream must hold what is known of the program. The tests are in cases/, by theme.

usage: driver.py BUILD_DIR INTERPRETER...
HW_ONLY=part,of,names picks tests by their names and Pythons; HW_TIMES=1 says on standard error how long each took.
"""
import concurrent.futures
import gc
import os
import resource
import shutil
import sys
import time

import cases.allocators
import cases.areas
import cases.heap
import cases.launcher
import cases.limits
import cases.mappings
import cases.native_stacks
import cases.processes
import cases.python_stacks
import cases.sanitizers
import cases.threads  # noqa: F401
from registry import TESTS, Skip
from runs import WORK, Python


def execute(name, function, python):
    label = f"{name} [{python.name}]"
    start = time.monotonic()
    try:
        function(python)
        return "passed", label, ""
    except Skip as why:
        return "skipped", label, str(why)
    except Exception as error:
        return "failed", label, f"{type(error).__name__}: {error}"
    finally:
        if "HW_TIMES" in os.environ:
            sys.stderr.write(f"{time.monotonic() - start:7.2f} s {label}\n")


def jobs(pythons):
    wanted = os.environ.get("HW_ONLY", "").split(",")
    newest = max((p for p in pythons if p.has_stacks), key=lambda p: p.version)
    for name, function in TESTS:
        for python in [newest] if hasattr(function, "is_once") else pythons:
            if any(word in name + python.name for word in wanted):
                yield name, function, python


def again(job, first):
    """What failed beside another test, once more alone: machines that are shared hiccup. The first word is kept."""
    outcome, label, why = execute(*job)
    return (outcome, label, why) if outcome == "failed" else (outcome, label, f"only at the second try; at first: {first}")


def main():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()  # millions of records without a cycle among them
    counts = dict(passed=0, failed=0, skipped=0)
    failures = []

    def say(outcome, label, why):
        counts[outcome] += 1
        print(f"{outcome}: {label}" + (f": {why[:900]}" if why else ""), flush=True)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        listed = list(jobs([Python(path) for path in sys.argv[2:]]))
        for job, (outcome, label, why) in zip(listed, pool.map(lambda job: execute(*job), listed)):
            if outcome == "failed":
                failures.append((job, why))
            else:
                say(outcome, label, why)
    for job, why in failures:
        say(*again(job, why))
    shutil.rmtree(WORK, ignore_errors=True)
    with open(os.environ["HW_TALLY"], "a") as tally:
        tally.write("{passed} {failed} {skipped}\n".format(**counts))


main()
