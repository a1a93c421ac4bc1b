"""What private memory is for: the agent's sums against the kernel's list, and against what the program has."""
import json

from registry import test
from runs import MIB, UNHURRIED, Run, program, within

SLACK = 1.5 * MIB  # the program goes on between its look and the agent's


def looks(stream):
    """[(areas, snapshot)] of the same moment."""
    pairs = zip(stream.records, stream.records[1:])
    return [(a, s) for a, s in pairs if a.kind == "AREAS" and not a.flag and s.kind == "SNAPSHOT" and a.time == s.time]


def held_free(areas, snapshot):
    """By malloc: pages less what is alive on them."""
    return areas.resident["heaps"] + areas.reserved["blocks"] + areas.untouched - snapshot.heap_live


@test
def areas(python):
    expect_areas(python)


@test
def areas_after_a_child(python):
    expect_areas(python, "child")


def expect_areas(python, *arguments):
    run = Run([python.path, program("areas.py"), *arguments], mean=65536, env=UNHURRIED)
    assert run.code == 0, run.err[-2000:]
    kernel = json.loads(run.out)
    stream = run.stream()
    last, at = max(looks(stream), key=lambda look: look[1].resident)
    sums = last.resident
    # Each page once: all of them are the private memory of that moment.
    for found, snapshot in looks(stream):
        private = snapshot.resident - snapshot.shared
        assert abs(sum(found.resident.values()) - private) < MIB, (found.resident, private)
    within(sum(sums.values()), kernel["Anonymous"], 100 * SLACK / kernel["Anonymous"], "private memory")
    if python.has_stacks:  # otherwise pymalloc's arenas are among them
        assert 5 * MIB <= sums["mapped"] <= 5 * MIB + MIB // 4, sums
        assert last.reserved["mapped"] <= 710 * MIB, last.reserved
    assert sums["blocks"] >= 30 * MIB, sums
    # What cannot be touched is set aside all the same: a reservation, and for each arena of malloc's 64 MiB.
    assert last.reserved["mapped"] >= 709 * MIB, last.reserved
    assert last.reserved["heaps"] - sums["heaps"] >= 3 * 60 * MIB, (last.reserved, sums)
    assert 3 * 4 * MIB <= last.reserved["stacks"] <= 3 * 5 * MIB + 8 * MIB, last.reserved
    assert abs(sums["heaps"] - kernel["heap"]) < SLACK, (sums, kernel)
    assert sums["stacks"] >= kernel["stack"], (sums, kernel)
    assert sums["other"] < MIB, sums
    assert 15 * MIB <= at.heap_grown <= kernel["heap"], (at.heap_grown, kernel)
    held = held_free(last, at)
    assert abs(held - 3000 * 3010) < SLACK, f"{held} bytes held free by malloc, made {3000 * 3010} of holes"
    if python.has_stacks:
        assert 0 <= sums["arenas"] - at.python_live < 2 * MIB, (sums["arenas"], at.python_live)


@test
def what_malloc_trim_would_give_back(python):
    for pattern in ("every second of the small", "runs of small", "every second of the large", "threads"):
        run = Run([python.path, program("freed.py"), pattern], mean=65536, env=UNHURRIED)
        assert run.code == 0, run.err[-2000:]
        pairs = zip(run.stream().records, run.stream().records[1:])
        told = [(held_free(a, s), a.trimmable) for a, s in pairs if a.kind == "AREAS" and a.trimmable is not None]
        back = json.loads(run.out)["given back"]
        assert told, f"nothing was told of {pattern}"
        held, trimmable = max(told)
        assert abs(trimmable - back) < MIB, f"{pattern}: {trimmable} of {held} bytes told, {back} given back"


@test
def heaps_that_change_while_they_are_read(python):
    run = Run([python.path, program("freed.py"), "others"], mean=65536)
    assert run.code == 0, run.err[-2000:]
    assert json.loads(run.out)["sum"] == sum(range(100000))
    run.stream()
