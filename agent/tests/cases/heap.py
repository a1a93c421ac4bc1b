"""What malloc and pymalloc hand out: every block once, counts exact, totals without bias."""
import os
import re
import struct
import subprocess
from collections import Counter

from dump import UNKNOWN
from registry import Skip, once, test
from runs import AGENT, MIB, UNHURRIED, WORK, Run, compiler, marked, on_line, program, same, within


@test
def known_answers(python):
    run = same(python, "known.py", means=(65536,))[0]
    stream = run.stream()
    assert "clean-exit" in stream.flags and "is-python" in stream.flags, stream.flags
    assert stream.of("EXIT") and stream.hwm_bytes > 8 * MIB
    if not python.has_stacks:
        assert "no-stacks" in stream.flags and stream.notes[0][0] == "unsupported-python", stream.notes
        return
    lines = marked("known.py")
    blocks = [a.bytes for a in on_line(stream, lines["BLOCKS"], "known.py") if a.mean == 0]
    assert blocks == [2 * MIB + i + 1 for i in range(3)], blocks
    family = dict(malloc=1000001, calloc=1000002, realloc=1000003, reallocarray=1000004, valloc=1000005,
                  memalign=1000007, aligned_alloc=1000064, posix_memalign=1000009)
    for name, size in family.items():
        found = [a for a in on_line(stream, lines[name], "known.py") if a.bytes > 100000]
        assert [a.bytes for a in found] == [size], (name, [a.bytes for a in found])
        assert found[0].domain == ("calloc" if name == "calloc" else "malloc"), (name, found[0].domain)
        assert found[0].address not in stream.live, f"{name} not seen freed"
    assert len([a for a in on_line(stream, lines["pvalloc"], "known.py") if a.bytes >= 1000006]) == 1
    grown = [[(a.bytes, a.domain) for a in on_line(stream, lines[f"GROW{i}"], "known.py") if a.bytes >= MIB] for i in range(3)]
    assert grown == [[(n * MIB, "malloc")] for n in (3, 5, 4)], grown
    mapped = [(a.bytes, a.domain) for name in ("MAPPED", "RESIZED", "KEPT")
              for a in on_line(stream, lines[name], "known.py") if a.bytes >= MIB]
    expected = [(8 * MIB, "mmap"), (16 * MIB, "mmap"), (4 * MIB, "mmap-shared")]  # Python's mmap shares by default
    assert mapped == expected, mapped


@test
def totals_and_what_is_left(python):
    if not python.has_stacks:
        raise Skip("no stacks on this version")
    stream = Run([python.path, program("known.py"), "hard"], mean=65536).stream()
    assert "clean-exit" in stream.flags
    lines = marked("known.py")
    overhead = 33  # of a bytes object; 830 sample points, a standard deviation of 1 %
    truth = sum(100 + i % 7 + overhead for i in range(400000))
    churn = on_line(stream, lines["CHURN"], "known.py")
    assert {a.bytes for a in churn} == {100 + overhead + i for i in range(7)}
    within(sum(a.weight for a in churn), truth, 4, "bytes that a loop allocated")
    live = [a for a in stream.live.values() if a.domain == "python" and a.stack
            and stream.frames(a.stack)[-1][2] == lines["KEEP"]]
    within(sum(a.weight for a in live), truth, 4, "bytes alive at the end")


def rounded(block):
    """What a block takes in its allocator (glibc's, pymalloc's), from what was asked for."""
    n = block.bytes
    if block.domain == "python":
        return (n + 15) // 16 * 16
    return max(32, (n + 23) // 16 * 16) if n < 128 * 1024 else (n + 16 + 4095) // 4096 * 4096


def small_objects(command):
    """Bytes of blocks in use, as sys._debugmallocstats says in a plain run: where its allocator is hooked it says nothing."""
    plain = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, env=dict(os.environ, PYTHONHASHSEED="0"))
    found = re.search(rb"# bytes in allocated blocks\s*=\s*([\d,]+)", plain.stderr)
    return int(found.group(1).replace(b",", b""))


@test
def counters_are_exact(python):
    command = [python.path, program("counts.py")]
    small = small_objects(command)
    all_of_it = Run(command, env={"HIGHWATER_EXACT": "1", **UNHURRIED}, maximum=1 << 32).stream()
    assert "records-all" in all_of_it.flags and all_of_it.dropped == 0, (all_of_it.flags, all_of_it.dropped)
    assert all(a.mean == 0 for a in all_of_it.of("ALLOC"))
    asked = sum(a.bytes for a in all_of_it.of("ALLOC") if a.domain not in ("mmap", "mmap-file", "mmap-shared"))
    sums = {}
    for block in all_of_it.live.values():
        key = "python" if block.domain == "python" else "malloc"
        sums[key] = sums.get(key, 0) + rounded(block)
    for stream in (all_of_it, Run(command, mean=65536, env=UNHURRIED).stream(), Run(command, mean=1024, env=UNHURRIED).stream()):
        last = [s for s in stream.of("SNAPSHOT") if s.reason == "at-exit"][-1]
        within(last.heap_live, sums["malloc"], 0.5, "bytes alive from malloc")
        within(last.allocated, asked, 0.5, "bytes asked for")
        if not python.has_stacks:
            continue
        within(sums["python"], small, 0.5, "bytes alive in pymalloc, by its records")
        within(last.python_live, small, 0.5, "bytes alive in pymalloc, by its pools")
        assert 0 < last.python_held < last.arenas, last


@test
def pools_are_counted_at_the_top(python):
    """What a walk over them may cost is not spent while memory rises: some is left for the moment at which it turns."""
    if not python.has_stacks:
        raise Skip("no stacks on this version")
    command = [python.path, program("rises.py")]
    few = {"HIGHWATER_HEAD_START": "30"}  # not enough for a walk at each of the hundreds of maxima
    counted = max(s.python_live for s in Run(command, env=few).stream().of("SNAPSHOT") if s.python_live != UNKNOWN)
    within(counted, small_objects(command), 2.5, "bytes in pymalloc at the top")


@test
def turns_that_are_no_news(python):
    """A look costs 10 to 40 us: not at each of thousands of turns."""
    stream = Run([python.path, program("turns.py")]).stream()
    seconds = stream.of("EXIT")[-1].user_us / 1e6
    looks = [s for s in stream.of("SNAPSHOT") if s.reason == "before-free"]
    assert 3 <= len(looks) < 500 + 130 * seconds, (len(looks), seconds)


@test
def counters_and_forks(python):
    for run in same(python, "forks.py", stderr=False):
        for child in (s for s in run.streams if s.origin == 1 and s.of("SNAPSHOT")):
            last = child.of("SNAPSHOT")[-1]
            assert last.heap_live > MIB / 4, last
            assert last.heap_live < last.resident + 64 * MIB


@once
def exact_is_unharmed(python):
    every = {"HIGHWATER_EXACT": "1"}
    for name in ("signals.py", "daemons.py"):
        same(python, name, means=(None,), env=every)


@test
def short_peaks(python):
    run = Run([python.path, program("peak.py")])
    assert run.code == 0, run.err
    peak = int(run.err) * 1024
    stream = run.stream()
    seen = max(s.resident for s in stream.of("SNAPSHOT"))
    within(seen, peak, 1, "highest snapshot")
    within(stream.hwm_bytes, peak, 1, "VmHWM")


@test
def the_diversion_is_not_charged(python):
    """A sampled object is asked for as 513 bytes: were these charged, totals at that mean would be half as large again."""
    if not python.has_stacks:
        raise Skip("no stacks on this version")
    stream = Run([python.path, program("known.py"), "hard"], mean=1024, budget=0).stream()
    truth = sum(100 + i % 7 + 33 for i in range(400000))
    churn = on_line(stream, marked("known.py")["CHURN"], "known.py")
    within(sum(a.weight for a in churn), truth, 1.5, "bytes that a loop allocated")
    assert stream.mean == 1024


@test
def a_realloc_that_fails(python):
    """Its block lives on: the record of its end is followed by one of its beginning."""
    code = ("import ctypes\nc = ctypes.CDLL(None)\nc.malloc.restype = c.realloc.restype = ctypes.c_void_p\n"
            "c.malloc.argtypes = [ctypes.c_size_t]\nc.realloc.argtypes = [ctypes.c_void_p, ctypes.c_size_t]\n"
            "p = c.malloc(3000007)\nassert not c.realloc(p, 1 << 62)\nprint(p)")
    run = Run([python.path, "-c", code])
    assert run.code == 0, run.err
    stream, address = run.stream(), int(run.out)
    said = [(r.kind, r.from_realloc, getattr(r, "bytes", None)) for r in stream.records
            if r.kind in ("ALLOC", "FREE") and r.address == address][-3:]
    assert said == [("ALLOC", False, 3000007), ("FREE", True, None), ("ALLOC", True, 3000007)], said
    assert stream.live[address].bytes == 3000007


@once
def blocks_from_before_the_allocator_is_known(python):
    library = os.path.join(WORK, "early.so")
    build = [compiler(), "-O1", "-fno-builtin", "-shared", "-fPIC", "-o", library, program("early.c")]
    if subprocess.run(build, capture_output=True).returncode:
        raise Skip("this C library has no functions that are chosen when they are looked for")
    code = "import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).early_is_broken(), len([[i] for i in range(9999)]))"
    run = Run([python.path, "-c", code, library], preload=f"{AGENT}:{library}", mean=1024)
    assert run.code == 0 and run.out == b"0 9999\n", (run.code, run.out, run.err)
    assert "clean-exit" in run.stream().flags


def asked(python, preload, name, mean):
    """What malloc was asked for: (kind, bytes) of each call, 0 bytes where a block is freed."""
    path = os.path.join(WORK, f"asked-{name}-{python.name.replace('/', '-')}")
    run = Run([python.path, "-S", program("asked.py")], preload=preload, env=dict(ASKED_FILE=path), mean=mean, budget=0)
    assert run.code == 0, run.err
    with open(path, "rb") as file:
        calls = list(struct.iter_unpack("3Q", file.read(24 << 20)))
    os.remove(path)
    # Order and one kind of call hang on addresses, which differ from run to run: sets of objects, the map of arenas (calloc).
    return run.out, [call[:2] for call in calls if call[0] not in (0, ord("c"))]


FEW = 16  # calls that plain runs differ by among themselves
PROBES = (1100, 4000, 60000, 40 << 20)  # at load time; of sizes that leave nothing in malloc's lists


@test
def malloc_is_asked_for_the_same(python):
    """A sampled object lies elsewhere; all else must lie as it would without us, or a growing list finds a stranger behind it."""
    library = os.path.join(WORK, f"asked-{python.name.replace('/', '-')}.so")
    subprocess.check_call([compiler(), "-O1", "-fno-builtin", "-shared", "-fPIC", "-o", library, program("asked.c"), "-ldl"])
    for mean in (512, 65536):
        plain_out, plain = asked(python, library, "plain", mean)  # with the same environment
        out, calls = asked(python, f"{AGENT}:{library}", "agent", mean)
        assert out == plain_out
        ours = calls[: 2 * len(PROBES)]
        assert tuple(call[1] for call in ours if call[0] == ord("m")) == PROBES, ours
        before, after = Counter(plain), Counter(calls[2 * len(PROBES):])
        other = (before - after) + (after - before)
        assert len(plain) > 50000 and sum(other.values()) <= FEW, (mean, other)


INTERPOSED = """malloc calloc realloc reallocarray free free_sized free_aligned_sized posix_memalign aligned_alloc memalign valloc
    pvalloc mmap mmap64 munmap mremap mprotect pkey_mprotect madvise brk sbrk _exit _Exit quick_exit execve execv execvp execvpe
    execl execle execlp fexecve"""


@once
def nothing_else_is_interposed(python):
    """memcpy above all: it is called too often, and inlined too often, to be worth it."""
    said = subprocess.check_output(["nm", "-D", "--defined-only", AGENT], text=True)
    assert sorted(line.split()[-1] for line in said.splitlines()) == sorted(INTERPOSED.split()), said
