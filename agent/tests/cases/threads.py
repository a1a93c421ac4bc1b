"""Threads, of Python and of native code, signals, and the end of the interpreter under them."""
import json
import os
import subprocess

from registry import once, test
from runs import AGENT, BUILD, MIB, WORK, Run, compiler, program, same


@test
def asyncio_and_executor(python):
    same(python, "async_tasks.py")


@test
def threads_churn(python):
    for run in same(python, "threads.py", means=(None, 2048)):
        assert len(run.stream().threads) > 8


@test
def signal_handler(python):
    same(python, "signals.py")


@test
def native_threads(python):
    """No block is lost and none is made up: eight threads and one arena, so that an address that one gives back is another's at
    once. Each block is exact at that mean, and its beginning, its end, and its bytes are counted by who made it."""
    command = [python.path, program("storm.py"), os.path.join(BUILD, "storm.so"), "6000"]
    run = Run(command, mean=64, budget=0, env={"MALLOC_ARENA_MAX": "1"})
    assert run.code == 0, run.err
    alive, left, (began, ended, asked) = json.loads(run.err)
    stream = run.stream()
    assert stream.mean == 64 and stream.dropped == 0 and stream.reused == 0, stream.summary()
    native = {index for index, (tid, _) in stream.threads.items() if tid != stream.pid}
    made = [a for a in stream.of("ALLOC") if a.thread in native]
    gone = [f for f in stream.of("FREE") if f.thread in native]
    assert all(a.mean == 0 and a.stack == 0 for a in made)
    assert (len(made), len(gone)) == (began + left, ended), (len(made), len(gone), began, left, ended)
    assert sum(a.bytes for a in made) == asked + 20000 * left
    still = [a for a in stream.live.values() if a.thread in native]
    assert sorted(a.address for a in still if a.bytes != 20000) == sorted(alive)
    assert sum(a.bytes == 20000 for a in still) == left, left


@once
def an_end_that_takes_its_time(python):
    """What is recorded as gone is still resident while its thread is on the way: no look may take that for a peak without it."""
    library = os.path.join(WORK, "slow_free.so")
    build = [compiler(), "-O1", "-fno-builtin", "-shared", "-fPIC", "-o", library, program("slow_free.c"), "-ldl"]
    subprocess.check_call(build)
    run = Run([python.path, program("slow_free.py"), library], preload=f"{AGENT} {library}")
    assert run.code == 0, run.err
    snapshots = run.stream().of("SNAPSHOT")
    highest = max(s.resident for s in snapshots)
    at_peak = [s for s in snapshots if s.resident > highest - MIB]
    assert at_peak and all(s.heap_live > 64 * MIB for s in at_peak), at_peak


@test
def daemon_threads_at_the_end(python):
    same(python, "daemons.py", os.path.join(BUILD, "storm.so"), means=(None,))


@test
def small_stacks(python):
    code = "import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).small_stacks())"
    run = Run([python.path, "-c", code, os.path.join(BUILD, "storm.so")], mean=64, budget=0)
    assert run.code == 0 and run.out == b"0\n", (run.code, run.out, run.err)
    assert len(run.stream().threads) >= 20
