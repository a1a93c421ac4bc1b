"""Address space: the stream against an account that the program keeps, and what of it is touched."""
import json
import os
import subprocess
import tempfile

from registry import Skip, test
from runs import MIB, Run, compiler, program, same


@test
def mappings(python):
    run = same(python, "maps.py", means=(None,))[0]
    stream = run.stream()
    ranges, anonymous = {}, 0
    for r in stream.records:
        if r.kind == "UNMAP" or (r.kind == "ALLOC" and r.domain.startswith("mmap")):
            first, last = r.address // 4096, (r.address + r.bytes + 4095) // 4096
            for page in range(first, last):
                ranges.pop(page, None)
                if r.kind == "ALLOC":
                    ranges[page] = r.domain
    anonymous = sum(4096 for d in ranges.values() if d != "mmap-file")
    last = stream.of("SNAPSHOT")[-1]
    assert anonymous == last.mapped, (anonymous, last.mapped)
    assert any(a.bytes == 200 * MIB for a in stream.of("ALLOC"))
    assert not any(a.bytes >= 4096 * MIB for a in stream.of("ALLOC")), "a reservation was recorded"
    pages = {r.address: r for r in stream.of("RESIDENT")}
    assert all(r.resident == 0 for r in pages.values() if r.bytes == 200 * MIB), "nothing was touched"
    known = 13 * MIB + 8 * MIB + 200 * MIB + MIB
    assert known <= anonymous <= known + 8 * MIB, (anonymous, known)


def account_of(stream, name):
    """{page: line of that program} of what is mapped at the end, by the stream."""
    pages = {}
    for r in stream.records:
        if r.kind == "UNMAP" or (r.kind == "ALLOC" and r.domain.startswith("mmap")):
            for page in range(r.address // 4096, (r.address + r.bytes + 4095) // 4096):
                pages.pop(page, None)
                if r.kind == "ALLOC":
                    frames = stream.frames(r.stack)
                    pages[page] = frames[-1][2] if frames and frames[-1][0] == program(name) else -1
    return pages


@test
def address_space_at_random(python):
    if not python.has_stacks:
        raise Skip("no stacks on this version")
    with open(program("spaces.py")) as file:
        breaks = [number for number, text in enumerate(file, 1) if text.rstrip().endswith("# BREAK")]
    for seed in range(int(os.environ.get("HW_SEEDS", 3))):
        run = Run([python.path, program("spaces.py"), str(seed)])
        assert run.code == 0, run.err[-500:]
        known, pages = json.loads(run.out), account_of(run.stream(), "spaces.py")
        assert known["failures"] > 100, known["failures"]
        first = known["area"] // 4096
        found = [pages.get(first + i, 0) for i in range(len(known["pages"]))]
        wrong = [(i, f, k) for i, (f, k) in enumerate(zip(found, known["pages"])) if f != k]
        assert not wrong, (seed, wrong[:9])
        start, count = known["break"][0] // 4096, known["break"][1]
        assert count == 25 and all(pages.get(start + i) in breaks for i in range(25)), known["break"]
        assert start + 25 not in pages, "given back, and still there"


@test
def a_reservation_of_the_parent(python):
    """What a forked child makes of it is the child's; what the parent had made of it is not."""
    if not python.has_stacks:
        raise Skip("no stacks on this version")
    code = ("import ctypes, os\nc = ctypes.CDLL(None)\nc.mmap.restype = ctypes.c_void_p\nM = 1 << 20\n"
            "def at(n): return ctypes.c_void_p(p + n * M)\n"
            "p = c.mmap(None, ctypes.c_size_t(64 * M), 0, 0x22, -1, ctypes.c_long(0))\n"
            "c.mprotect(at(0), ctypes.c_size_t(8 * M), 3)\n"
            "if os.fork() == 0:\n    c.mprotect(at(4), ctypes.c_size_t(16 * M), 3)\n"
            "    ctypes.memset(at(8), 1, 3 * M)\n    os._exit(0)\n"
            "os.wait()\n")
    run = Run([python.path, "-c", code])
    assert run.code == 0, run.err
    parent, child = sorted(run.streams, key=lambda s: s.origin)
    large = [[(a.bytes, stream.frames(a.stack)[-1][2]) for a in stream.of("ALLOC")
              if a.domain == "mmap" and a.bytes >= 4 * MIB] for stream in (parent, child)]
    assert large == [[(8 * MIB, 7)], [(12 * MIB, 9)]], large


@test
def touched_or_not(python):
    run = Run([python.path, program("touched.py")])
    assert run.code == 0, run.err
    sizes, known = {}, {}
    for record in run.stream().records: # as a reader takes it: blocks are touched, mappings are not, until measured
        if record.kind == "ALLOC" and record.bytes >= MIB:
            sizes[record.address] = record.bytes
            known[record.address] = 0 if record.domain.startswith("mmap") else record.bytes
        if record.kind == "FREE":
            sizes.pop(record.address, None)
        if record.kind == "RESIDENT":
            known[record.address] = record.resident
    release = tuple(map(int, os.uname().release.split("-")[0].split(".")[:2]))
    found = {}
    for address, size in sizes.items():
        found.setdefault(size, []).append(known[address])
    for size, touched in json.loads(run.out):
        if size == 50 * MIB and release < (6, 7):
            continue
        assert any(touched <= f <= touched + size / 64 + 8192 for f in found[size]), (size, touched, found[size])


def can_find_code(python):
    """glibc 2.35 and later."""
    ask = "import os; print(os.confstr('CS_GNU_LIBC_VERSION'))"
    name = subprocess.run([python.path, "-c", ask], capture_output=True, text=True, check=True).stdout
    return name.startswith("glibc ") and tuple(map(int, name.split()[1].split("."))) >= (2, 35)


@test
def who_asked(python):
    """With a large mapping stands the native call that asked for it, where that is in no part of Python."""
    if not python.has_stacks:
        raise Skip("no stacks on this version")
    with tempfile.TemporaryDirectory() as folder:
        library = os.path.join(folder, "mapper.so")
        build = [compiler(), "-O1", "-shared", "-fPIC", "-o", library, program("mapper.c"), "-lpthread"]
        subprocess.run(build, check=True)
        run = Run([python.path, program("mapper.py"), library])
        assert run.code == 0, run.err[-500:]
        stream, sizes = run.stream(), json.loads(run.out)
        if not can_find_code(python):
            raise Skip("this C library cannot tell whose code it is")
        stacks = {r.bytes: r.stack for r in stream.of("ALLOC") if r.domain == "mmap"}
        for name in ("large", "of a thread", "reserved", "grown"):
            calls = stream.calls(stacks[sizes[name]])
            assert [path for path, _, _ in calls] == [library], (name, calls)
        assert stream.frames(stacks[sizes["large"]])[-1][0] == program("mapper.py")
        assert stream.frames(stacks[sizes["of a thread"]]) == [], "the library's own thread runs no Python"
        for name in ("small", "of Python", "by ctypes"):
            stack = stacks[sizes[name]]
            assert stream.frames(stack) and stream.calls(stack) == [], (name, stream.calls(stack))
