"""Stacks that go on into native code. What a call is in is asked of nm, not of highwater."""
import bisect
import functools
import os
import shutil
import subprocess
import threading

from registry import Skip, test
from runs import BUILD, MIB, WORK, Run, compiler, marked, on_line, program

build_lock = threading.Lock()
EXTRA = {
    "native.so": [["native.c"], ["native_bare.c", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables"]],
    "swap-1.so": [["native_swap.c", "-DNAME=first"]],
    "swap-2.so": [["native_swap.c", "-DNAME=other"]],
    "given.so": [["native_swap.c"]],
    "names.so": [["native_names.cc"]],
}


def built(name):
    """Compiles a library of programs/, once, without frame pointers."""
    library = os.path.join(WORK, name)
    with build_lock:
        if not os.path.exists(library):
            command = os.environ.get("CXX", "c++") if name == "names.so" else compiler()
            if shutil.which(command) is None:
                raise Skip(f"no {command}")
            objects = []
            for source, *flags in EXTRA[name]:
                objects.append(os.path.join(WORK, f"{name}-{source}.o"))
                subprocess.check_call([command, "-O1", "-fPIC", "-fomit-frame-pointer", *flags, "-c", "-o", objects[-1], program(source)])
            subprocess.check_call([command, "-shared", "-Wl,--build-id", "-o", library + ".new", *objects, "-lpthread", "-ldl"])
            os.rename(library + ".new", library)
    return library


def has_unwinder():
    with open(os.path.join(BUILD, "highwater-agent.so"), "rb") as file:
        return b"_dl_find_object" in file.read()


def native(command, **options):
    if not has_unwinder():
        raise Skip("this compiler or C library has no unwinder that we can use")
    run = Run(command, env={"HIGHWATER_NATIVE": "1", **options.pop("env", {})}, **options)
    assert run.code == 0, run.err
    return run


@functools.lru_cache(maxsize=None)
def symbols(library):
    rows = []
    for line in subprocess.check_output(["nm", "--defined-only", "-S", library], text=True).splitlines():
        parts = line.split()
        if len(parts) == 4 and parts[2] in "tTwW":
            rows.append((int(parts[0], 16), int(parts[1], 16), parts[3].removesuffix(".localalias")))
    return sorted(rows)


def names(stream, stack, library):
    """Of the calls in this library, outermost first; None for those elsewhere."""
    out = []
    for path, _, place in stream.calls(stack):
        table = symbols(library)
        row = table[bisect.bisect(table, (place, 1 << 60, "")) - 1]
        out.append(row[2] if path == library and place < row[0] + row[1] else None)
    return out


def of_size(stream, nbytes):
    found = [a for a in stream.of("ALLOC") if a.bytes == nbytes]
    assert len(found) == 1, (nbytes, len(found))
    return found[0].stack


def build_id(library):
    notes = subprocess.check_output(["readelf", "-n", library], text=True, stderr=subprocess.DEVNULL)
    return notes.split("Build ID: ")[1].split()[0]


@test
def native_calls_under_python_lines(python):
    library = built("native.so")
    run = native([python.path, program("native.py"), library], mean=65536)
    assert not run.err, run.err
    stream = [s for s in run.streams if s.pid == run.process.pid][0]
    lines = marked("native.py")
    where = program("native.py")
    chain = ["chain_outer", "chain_middle", "chain_inner"]
    expected = {700000: ("CHAIN", chain), 700011: ("TWICE", chain), 700012: ("TWICE", chain),
                700002: ("RECURSION", ["recurse"] * 6 + ["chain_inner"]), 700001: ("BACK", chain),
                700004: ("CALLBACK", ["call_back"])}
    for nbytes, (mark, calls) in expected.items():
        stack = of_size(stream, nbytes)
        got = [n for n in names(stream, stack, library) if n is not None]
        assert got == calls, (nbytes, got)
        if python.has_stacks:
            assert stream.frames(stack)[-1] == (where, stream.frames(stack)[-1][1], lines[mark]), (nbytes, stream.frames(stack))
            # Only what lies inside the interpreter's loop: ctypes, libffi and a few steps between.
            assert len(stream.calls(stack)) <= len(calls) + 14, stream.calls(stack)
    assert {b for p, b, _ in stream.calls(of_size(stream, 700000)) if p == library} == {build_id(library)}
    if not python.has_stacks:
        return
    assert [f[2] for f in stream.frames(of_size(stream, 700001))][-2:] == [lines["CALLBACK"], lines["BACK"]]
    for nbytes, mark in ((700003, "DEEP"), (700005, "BARE")):
        stack = of_size(stream, nbytes)
        frames = stream.frames(stack)
        assert frames[-1][1:] == ("<native callers not known>", -1) and frames[-2][2] == lines[mark], frames
        calls = names(stream, stack, library)
        assert calls == (["recurse"] * 127 if mark == "DEEP" else ["bare"]) + ["chain_inner"], calls


@test
def native_threads_and_children(python):
    library = built("native.so")
    run = native([python.path, program("native.py"), library], mean=65536)
    stream = [s for s in run.streams if s.pid == run.process.pid][0]
    stack = of_size(stream, 700006)
    assert stack != 0 and not stream.frames(stack), stream.frames(stack)
    assert [n for n in names(stream, stack, library) if n] == ["body", "chain_outer", "chain_middle", "chain_inner"]
    assert names(stream, stack, library)[0] is None # where the C library starts a thread
    child = [s for s in run.streams if s.origin == 1][0]
    got = names(child, of_size(child, 700008), library)
    assert got[-3:] == ["chain_outer", "chain_middle", "chain_inner"], got
    if python.has_stacks:
        assert len(on_line(child, marked("native.py")["CHILD"], "native.py")) >= 1


@test
def native_calls_of_the_interpreter_itself(python):
    """What Python allocates at its start has no line. Where there is one, the interpreter's loop is never among the
    calls inside it."""
    stream = native([python.path, "-c", "import json, decimal"], mean=1024).stream()
    if not python.has_stacks:
        return
    early = [a for a in stream.of("ALLOC") if not stream.frames(a.stack)]
    assert early and all(a.stack for a in early)
    calls = {call[::2] for a in stream.of("ALLOC") if stream.frames(a.stack) for call in stream.calls(a.stack)}
    home = [path for path in {c[0] for c in calls} if "python" in os.path.basename(path)]
    loops = [(path, int(row[0], 16), int(row[1], 16)) for path in home for row in
             (line.split() for line in subprocess.check_output(["nm", "-D", "-S", path], text=True).splitlines())
             if row[-1] == "_PyEval_EvalFrameDefault" and len(row) == 4]
    assert loops, home
    for path, begin, size in loops:
        inside = [c for c in calls if c[0] == path and begin <= c[1] < begin + size]
        assert not inside, inside


@test
def a_library_in_the_place_of_another(python):
    first, other = built("swap-1.so"), built("swap-2.so")
    run = native([python.path, program("native_swap.py"), first, other, "20"], mean=65536)
    stream = run.stream()
    for nbytes, library, name in ((800000, first, "first"), (800001, other, "other")):
        found = [a for a in stream.of("ALLOC") if a.bytes == nbytes]
        assert len(found) == 20
        for record in found:
            path, ident, _ = stream.calls(record.stack)[-1]
            assert (path, ident) == (library, build_id(library)), (run.out, path)
            assert names(stream, record.stack, library)[-1] == name
    assert run.out == b"True\n", "the libraries were not at one place: nothing was tested"


@test
def forks_amid_a_storm_of_dlopen(python):
    run = native([python.path, program("native_storm.py"), built("native.so"), built("given.so")], mean=4096, budget=0)
    assert run.out == b"over\n", run.out
    children = [s for s in run.streams if s.origin == 1]
    assert len(children) == 40, len(children)
    for stream in children:
        stack = of_size(stream, 900000)
        assert names(stream, stack, built("native.so"))[-1] == "chain_inner"
    stream = [s for s in run.streams if s.pid == run.process.pid][0]
    seen = {n for a in stream.of("ALLOC") for n in names(stream, a.stack, built("native.so"))}
    assert seen >= {"allocate", "load", "chain_inner"}, seen
    assert stream.agent_bytes < 5 * MIB, stream.agent_bytes


@test
def exceptions_are_not_disturbed(python):
    """The program has an unwinder of its own; ours stands beside it."""
    library = built("names.so")
    code = "import ctypes, sys; l = ctypes.CDLL(sys.argv[1]); print(l.throw_and_catch()); l.fill_basket(ctypes.c_size_t(100000))"
    run = native([python.path, "-c", code, library], mean=256)
    assert run.out == b"2000\n", run.out
    stream = run.stream()
    assert names(stream, of_size(stream, 800000), library)[-2:] == ["fill_basket", "_ZN4shop6BasketIdE4fillEm"] or \
        "_ZN4shop6BasketIdE4fillEm" in names(stream, of_size(stream, 800000), library)
    exported = subprocess.check_output(["nm", "-D", "--defined-only", os.path.join(BUILD, "highwater-agent.so")], text=True)
    assert "_Unwind" not in exported and "_dl_" not in exported, exported


@test
def the_same_program_with_native_stacks(python):
    for name, arguments in (("threads.py", []), ("async_tasks.py", []), ("signals.py", []), ("forks.py", []), ("limits.py", ["as"])):
        plain = subprocess.run([python.path, program(name), *arguments], capture_output=True, stdin=subprocess.DEVNULL, cwd=WORK,
                               env=dict(os.environ, PYTHONHASHSEED="0"))
        run = native([python.path, program(name), *arguments], mean=2048)
        assert (run.code, run.out) == (plain.returncode, plain.stdout), (name, run.err[-300:])
    code = "import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).small_stacks())"
    run = native([python.path, "-c", code, os.path.join(BUILD, "storm.so")], mean=64, budget=0)
    assert run.out == b"0\n", (run.code, run.out, run.err)


@test
def without_the_option_there_is_nothing_native(python):
    run = Run([python.path, program("known.py")], mean=65536)
    assert not run.stream().offsets and not run.stream().modules


