"""Each block belongs to the calls that made it; what is not surely known of a Python is refused."""
import json
import os
import re
import shutil
import subprocess
import threading

from registry import Skip, once, test
from runs import AGENT, HERE, WORK, Run, compiler, program, same, within


@test
def lines_and_names(python):
    for arguments in ([], ["traced"]):
        run = same(python, "lines.py", *arguments, means=(65536,))[0]
        if not python.has_stacks:
            raise Skip("no stacks on this version")
        stream = run.stream()
        found = {a.bytes: stream.frames(a.stack) for a in stream.of("ALLOC") if a.mean == 0}
        expected = json.loads(run.out)
        assert len(expected) > 25
        for size, frames in expected:
            assert [list(f) for f in found.get(size, [])] == frames, f"{size}: {found.get(size)} not {frames}"


@test
def greenlets(python):
    """Each allocation belongs to the calls of the greenlet that made it."""
    if not python.has_stacks:
        raise Skip("no stacks on this version")
    if subprocess.run([python.path, "-c", "import greenlet"], capture_output=True).returncode:
        raise Skip("there is no greenlet for this Python")
    for mean in (65536, 512):
        run = same(python, "greenlets.py", means=(mean,))[0]
        stream = run.stream()
        found = {a.bytes: stream.frames(a.stack) for a in stream.of("ALLOC") if a.mean == 0}
        expected = json.loads(run.out)
        assert len(expected) > 50 and stream.dropped == 0
        for size, frames in expected:
            assert [list(f) for f in found.get(size, [])] == frames, f"{size}: {found.get(size)} not {frames}"


@test
def recursion_gc_exec(python):
    for run in same(python, "basic.py", means=(None, 512)):
        stream = run.stream()
        again = [c for c in stream.codes.values() if c[:2] == ("<same>", "<module>")]
        assert len(again) == 1 or not python.has_stacks or run.mean is None, f"{len(again)} records of one text"
        assert stream.dropped == 0


@test
def sub_interpreters(python):
    same(python, "subinterpreters.py")


@test
def interpreters_at_the_same_time(python):
    """Where each has a GIL of its own, each block has the stack of its interpreter; before, that of who called it, or none."""
    if not python.has_stacks or python.version < (3, 10):
        raise Skip("sub-interpreters of this version are not made for threads")
    for mean in (65536, 1024):
        stream = same(python, "own_gils.py", means=(mean,), budget=0)[0].stream()
        assert "clean-exit" in stream.flags and stream.dropped == 0 and stream.reused == 0, stream.summary()
        blocks = [a for a in stream.of("ALLOC") if a.mean == 0 and a.domain == "big-python" and 1_000_000 <= a.bytes < 5_000_000
                  and a.bytes % 1_000_000 < 100]
        assert sorted(a.bytes for a in blocks) == [1_000_000 * n + i + 1 for n in range(1, 5) for i in range(30)]
        for a in blocks:
            n = a.bytes // 1_000_000 - 1
            names = [(name, line) for _, name, line in stream.frames(a.stack)]
            expected = [("<module>", 14), (f"outer_{n}", 3), (f"inner_{n}", 8)]
            callers = python.version < (3, 12) and (not names or names[-1][0] == "work")
            assert names == expected or callers, (a.bytes, names)
        if python.version < (3, 12):
            continue
        small = sum(a.weight for a in stream.of("ALLOC") if a.domain == "python" and a.stack
                    and stream.frames(a.stack)[-1][1].startswith("inner_"))
        within(small, 4 * 30 * 20000 * (56 + 8 + 32), 4, "small objects of all interpreters")  # a list, its item, a number


@test
def deep_recursion_is_not_slow(python):
    """A stack of thousands of calls costs as much as many ordinary samples: fewer are taken then."""
    code = ("import sys, threading, time; sys.setrecursionlimit(10000); threading.stack_size(256 << 20)\n"
            "def down(n):\n    if n: return down(n - 1)\n    for _ in range(300000): x = [n] * 60\n"
            "t = threading.Thread(target=down, args=(3500,)); t.start(); t.join(); sys.stderr.write(str(time.process_time()))")
    plain = subprocess.run([python.path, "-c", code], capture_output=True)
    run = Run([python.path, "-c", code])
    assert run.code == 0 and float(run.err) < 2 * float(plain.stderr) + 0.1, (run.err, plain.stderr)


build_lock = threading.Lock()


def broken_agent(column, change, witness=False, built={}):
    """An agent whose table of offsets is wrong in one column; with or without Python's own word on it (3.13 and later)."""
    with build_lock:
        if (column, change, witness) not in built:
            copy = os.path.join(WORK, f"broken-{len(built)}")
            shutil.copytree(os.path.dirname(HERE), os.path.join(copy, "agent"), ignore=shutil.ignore_patterns("tests", "build"))
            table = os.path.join(copy, "agent", "python_offsets.inc")
            with open(table) as file:
                text = file.read()
            text = re.sub(rf"\.{column} = (\d+)", lambda m: f".{column} = {int(m.group(1)) + change}", text)
            with open(table, "w") as file:
                file.write(text)
            if not witness:
                open(os.path.join(copy, "agent", "python_witness.inc"), "w").close()
            subprocess.check_call(["sh", os.path.join(copy, "agent", "build.sh"), os.path.join(copy, "out")])
            built[column, change, witness] = os.path.join(copy, "out", "highwater-agent.so")
    return built[column, change, witness]


@test
def wrong_offsets_are_refused(python):
    if not python.has_stacks:
        raise Skip("no stacks on this version")
    for column, change in (("tstate_frame", 8), ("frame_back", 8), ("frame_code", 16), ("frame_at", 8), ("code_name", 8),
                           ("code_file", 8), ("code_line", 4), ("text_length", 8), ("text_state", -8), ("text_ascii", 4),
                           ("text_wide", 8), ("code_bytes", -8), ("frame_owner", 1)):
        if python.version < {"code_bytes": (3, 11), "frame_owner": (3, 13)}.get(column, (3, 9)):
            continue
        run = Run([python.path, program("lines.py")], mean=2048, preload=broken_agent(column, change))
        assert run.code == 0, (column, run.code, run.err[-300:])
        assert [n[0] for n in run.stream().notes] == ["layout-refused"], (column, run.stream().notes)
        assert "no-stacks" in run.stream().flags and "no-python-hooks" not in run.stream().flags


@test
def offsets_that_python_denies(python):
    """From 3.13 on Python says itself where its fields lie: a column that differs is refused before it is used."""
    if python.version < (3, 13) or not python.has_stacks:
        raise Skip("this version publishes no offsets")
    for column, change in (("code_table", 8), ("frame_owner", -1), ("tstate_frame", 8)):
        run = Run([python.path, program("lines.py")], mean=2048, preload=broken_agent(column, change, witness=True))
        assert run.code == 0, (column, run.code, run.err[-300:])
        stream = run.stream()
        assert stream.notes == [("layout-refused", column)], (column, stream.notes)
        assert "no-stacks" in stream.flags and "no-python-hooks" not in stream.flags
        assert not any(a.stack for a in stream.of("ALLOC")) and any(a.domain == "python" for a in stream.of("ALLOC"))


@once
def runtimes_that_are_refused(python):
    fake = os.path.join(WORK, "fake")
    source = ("#include <stdlib.h>\nconst char *Py_GetVersion(void) {return VERSION;}\nint Py_IsInitialized(void) {return 0;}\n"
              "EXTRA\nint main(void) {for (int i = 0; i < 9; i++) free(malloc(300000)); return 5;}\n")
    table = 'struct {char cookie[8]; unsigned long version, free;} _PyRuntime = {"xdebugpy", 0x%xf0, 1};'
    for version, extra, note in (("3.15.2 (main)", "", ("unsupported-python", "3.15.2")),
                                 ("3.14.2 (main)", table % 0x030e02, ("free-threaded", "3.14.2")),
                                 ("3.14.2 (main)", table % 0x030d02, ("layout-refused", None)),
                                 ("3.13.1 experimental free-threading build (main)", "",
                                  ("free-threaded", "3.13.1 experimental free-threading build")),
                                 ("3.12.4 (main)", "void _Py_NegativeRefcount(void) {}", ("unsupported-python", "debug build")),
                                 ("4.0.0a1+ (main)", "", ("unsupported-python", "4.0.0a1+")),
                                 ("3.12.4 (main)", "", ("layout-refused", None))):
        with open(fake + ".c", "w") as file:
            file.write(source.replace("EXTRA", extra))
        subprocess.check_call([compiler(), "-fno-builtin", "-rdynamic", f'-DVERSION="{version}"', "-o", fake, fake + ".c"])
        run = Run([fake])
        stream = run.stream()
        assert run.code == 5 and stream.notes[0][0] == note[0] and note[1] in (None, stream.notes[0][1]), stream.notes
        assert {"no-stacks", "no-python-hooks", "clean-exit"} <= stream.flags, stream.flags
        assert len([a for a in stream.of("ALLOC") if a.bytes == 300000]) == 9


@test
def python_is_only_read(python):
    """Once its layout is proved, no function of Python's is called that could allocate, and no sample needs the kernel."""
    if not python.has_stacks:
        raise Skip("no stacks on this version")
    library = os.path.join(WORK, "tripwire.so")
    with build_lock:
        if not os.path.exists(library):
            subprocess.check_call([compiler(), "-O1", "-shared", "-fPIC", "-o", library, program("tripwire.c"), "-ldl"])
    run = Run([python.path, program("tripwire.py"), library], mean=512, budget=0, preload=f"{AGENT}:{library}")
    assert run.code == 0, run.err
    before, calls, getpid, system = json.loads(run.out)
    stream = run.stream()
    samples = len(stream.of("ALLOC"))
    assert samples > 10000 and sum(a.stack != 0 for a in stream.of("ALLOC")) > samples / 2, stream.summary()
    assert getpid == 0 and system < samples / 20, (getpid, system, samples)
    if before == 0:
        raise Skip("this program carries its CPython itself, whose functions come first")
    assert calls == 0, calls
