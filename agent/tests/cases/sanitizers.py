"""The agent inside a program of threads (races.c, beside a little Python), under the sanitizers and at full speed; and a debug
build of it under real Pythons. A preloaded agent cannot be run under a sanitizer: it would hand out memory before the
sanitizer's own allocator is there."""
import glob
import os
import re
import subprocess
import threading

import dump
from registry import Skip, once, test
from runs import BUILD, HERE, WORK, Run, compiler, program, same

SOURCES = os.path.dirname(HERE)
WARNINGS = ["-std=gnu11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-fno-omit-frame-pointer"]
RENAMED = ["-include", os.path.join(HERE, "renamed.h")]
OPTIONS = dict(TSAN_OPTIONS="die_after_fork=0:allocator_may_return_null=1:halt_on_error=1:history_size=4",
               ASAN_OPTIONS="allocator_may_return_null=1:detect_leaks=0", UBSAN_OPTIONS="halt_on_error=1")
build_lock = threading.Lock()


def has_sanitizer(flags):
    probe = os.path.join(WORK, f"sanitized-{flags[0][-3:]}")
    with open(probe + ".c", "w") as file:
        file.write("int main(void) { return 0; }\n")
    return (subprocess.run([compiler(), *flags, "-o", probe, probe + ".c"], capture_output=True).returncode == 0
            and subprocess.run([probe], capture_output=True).returncode == 0)


def build_races(flags):
    folder = os.path.join(WORK, "races-" + re.sub(r"\W+", "-", " ".join(flags)))
    os.makedirs(folder, exist_ok=True)
    own = [path for path in glob.glob(os.path.join(SOURCES, "*.c")) if os.path.basename(path) != "launch.c"]
    own += [os.path.join(HERE, name) for name in ("races.c", "little_python.c")]
    objects = []
    for path in [*own, os.path.join(HERE, "told_syscalls.c")]:
        objects.append(os.path.join(folder, os.path.basename(path) + ".o"))
        names = RENAMED if path in own else []
        subprocess.check_call([compiler(), *WARNINGS, *flags, *names, "-DHW_DEBUG", "-c", "-o", objects[-1], path])
    binary = os.path.join(folder, "races")
    subprocess.check_call([compiler(), *flags, "-rdynamic", "-o", binary, *objects, "-ldl", "-lpthread"])
    return binary


def check_races(binary, rounds, forks, is_slow):
    """All native blocks are exact at that mean: what is alive must be in the stream, with its size, and nothing else; both
    counts must be right to the byte. (Under a sanitizer the walk of the pools may be too dear: then it is not done.)"""
    run = Run([binary, str(rounds), str(forks)], mean=64, budget=0, maximum=1 << 32, env=OPTIONS, preload="")
    assert run.code == 0, (run.code, run.err[-3000:].decode("utf-8", "replace"))
    *blocks, (_, in_slots), (_, in_use), (_, heap) = [line.split() for line in run.out.decode().splitlines()]
    stream = run.stream()
    assert stream.dropped == 0 and stream.reused == 0 and "clean-exit" in stream.flags, stream.summary()
    native = {a.address: a.bytes for a in stream.live.values() if a.domain in ("malloc", "calloc")}
    assert native == {int(at): int(n) for at, n in blocks}, (len(native), len(blocks))
    assert all(a.mean == 0 for a in stream.live.values() if a.address in native)
    last = stream.of("SNAPSHOT")[-1]
    known = last.python_live == int(in_use) + int(in_slots) > int(in_use)
    assert known or (is_slow and last.python_live == dump.UNKNOWN), (last.python_live, in_use, in_slots)
    assert last.heap_live == int(heap), (last.heap_live, heap)
    assert len(run.streams) == 1 + forks, len(run.streams)
    assert all("clean-exit" in s.flags and s.dropped == 0 for s in run.streams)


@once
def threads_under_the_thread_sanitizer(python):
    flags = ["-fsanitize=thread", "-DHW_SANITIZED"]
    if not has_sanitizer(flags):
        raise Skip("this compiler has no library of it")
    check_races(build_races(flags), 100, 5, True)


@once
def threads_under_the_address_sanitizer(python):
    flags = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-DHW_SANITIZED"]
    if not has_sanitizer(flags):
        raise Skip("this compiler has no library of it")
    check_races(build_races(flags), 100, 0, True)  # a fork may leave its allocator locked in the child


@once
def threads_at_full_speed(python):
    check_races(build_races(["-O2"]), 400, 20, False)


def debug_agent(built=[]):
    """Checks every table while it runs, and ends the program where one is broken."""
    with build_lock:
        if not built:
            folder = os.path.join(WORK, "debug")
            subprocess.check_call(["sh", os.path.join(SOURCES, "build.sh"), folder],
                                  env=dict(os.environ, HW_CFLAGS="-Werror -DHW_DEBUG"))
            built.append(os.path.join(folder, "highwater-agent.so"))
    return built[0]


@test
def invariants_hold(python):
    for name in ("basic.py", "threads.py", "forks.py", "maps.py", "signals.py"):
        same(python, name, means=(1024,), stderr=name != "forks.py", preload=debug_agent())
    command = [python.path, program("storm.py"), os.path.join(BUILD, "storm.so"), "2000"]
    run = Run(command, mean=64, budget=0, preload=debug_agent())
    assert run.code == 0, run.err


@once
def broken_invariants_are_noticed(python):
    """The check itself, with tables that are broken on demand."""
    source = os.path.join(WORK, "broken.c")
    with open(source, "w") as file:
        file.write('#include "invariants.h"\n#include "guard.h"\n#include "table.h"\n'
                   "static int isBroken;\nint hw__ranges_is_valid(void) { return 1; } int hw__stacks_is_valid(void) { return 1; }\n"
                   "int hw__codes_is_valid(void) { return 1; } int hw__arenas_is_valid(void) { return 1; }\n"
                   "int hw__writer_is_valid(void) { return !isBroken; }\nint hw__table_is_valid(void) { return 1; }\n"
                   "uint32_t hw__mode = HW_ACTIVE;\n"
                   "int main(void) { for (int i = 0; i < 999; i++) hw__invariants_check(); isBroken = 1;\n"
                   "for (int i = 0; i < 999; i++) hw__invariants_check(); return 0; }\n")
    binary = os.path.join(WORK, "broken")
    subprocess.check_call([compiler(), "-DHW_DEBUG", "-I", SOURCES, "-o", binary, source, os.path.join(SOURCES, "invariants.c")])
    done = subprocess.run([binary], capture_output=True)
    assert done.returncode == -6 and done.stderr == b"highwater-agent: stream: an invariant is broken\n", done
