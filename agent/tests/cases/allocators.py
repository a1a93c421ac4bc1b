"""Other allocators: Python's own by PYTHONMALLOC, before ours, beneath it, or inside a library."""
import glob
import os
import subprocess

from registry import Skip, once, test
from runs import AGENT, MIB, WORK, Run, compiler, marked, on_line, program, same


@test
def python_allocators(python):
    for value, note in (("debug", "debug-hooks"), ("malloc", "pymalloc-off"), ("pymalloc", None), ("malloc_debug", "debug-hooks")):
        runs = same(python, "basic.py", env={"PYTHONMALLOC": value}, means=(16384,))
        if python.has_stacks:
            stream = runs[0].stream()
            assert [n[0] for n in stream.notes] == ([note] if note else []), (value, stream.notes)
            small = [a for a in stream.of("ALLOC") if a.domain == "python"]
            assert bool(small) == (value == "pymalloc"), (value, len(small))
    if python.version >= (3, 13) and python.has_stacks:
        stream = same(python, "known.py", env={"PYTHONMALLOC": "mimalloc"}, means=(16384,))[0].stream()
        assert len(notes(stream)) == 1 and "mimalloc" in stream.notes[0][1], stream.notes
    runs = same(python, "known.py", env={"PYTHONDEVMODE": "1"}, means=(None,), stderr=False)
    if python.has_stacks:
        assert [n[0] for n in notes(runs[0].stream())] == ["debug-hooks"], runs[0].stream().notes


@once
def foreign_allocator(python):
    """What the other allocator has no function for must go on as without us, and never hand it a block of the C library."""
    library = os.path.join(WORK, "bump.so")
    subprocess.check_call([compiler(), "-O1", "-fno-builtin", "-shared", "-fPIC", "-o", library, program("bump.c")])
    code = ("import ctypes; libc = ctypes.CDLL(None); libc.reallocarray.restype = ctypes.c_void_p\n"
            "libc.reallocarray.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t]; libc.free.argtypes = [ctypes.c_void_p]\n"
            "libc.free(libc.reallocarray(libc.reallocarray(None, 3, 1000), 6, 100000)); print(len([[i] for i in range(9999)]))")
    run = Run([python.path, "-c", code], preload=f"{library}:{AGENT}")
    assert run.code == 0 and run.out == b"9999\n", (run.code, run.err)
    assert run.stream().notes == [("foreign-allocator", library)], run.stream().notes
    assert {"no-python-hooks", "clean-exit"} <= run.stream().flags and run.stream().hwm_bytes > 4 * MIB
    run = Run(["/bin/sh", "-c", "echo ${LD_PRELOAD%%:*}; exec ls -d /"], preload=f"{library}:{AGENT}")
    assert run.code == 0 and run.out.decode() == f"{library}\n/\n" and not run.streams, (run.code, run.err)


def notes(stream):
    """But for Python's own mmap module: that it maps memory is its purpose."""
    return [n for n in stream.notes if n[0] != "maps-itself" or "/mmap." not in n[1]]


def library_of(package, name):
    found = glob.glob(f"/usr/lib/*/{name}") + glob.glob(f"/usr/lib64/{name}")
    if not found:
        raise Skip(f"{package} is not installed")
    return found[0]


ALLOCATORS = (("libjemalloc2", "libjemalloc.so.2"), ("libtcmalloc-minimal4", "libtcmalloc_minimal.so.4"),
              ("libmimalloc2.0", "libmimalloc.so.2*"))


def beneath_or_before(package, name, python):
    """Beneath us all is seen, and its mappings are not counted beside its blocks; before us a note says that nothing is."""
    library = library_of(package, name)
    plain = same(python, "known.py", means=(65536,))[0].stream()
    beneath = same(python, "known.py", means=(65536,), preload=f"{AGENT}:{library}")[0].stream()
    assert not notes(beneath) and "no-python-hooks" not in beneath.flags, (beneath.notes, beneath.flags)
    blocks = [a.bytes for a in on_line(beneath, marked("known.py")["BLOCKS"], "known.py") if a.mean == 0]
    assert blocks == [2 * MIB + i + 1 for i in range(3)], blocks
    mapped = [sum(a.bytes for a in s.of("ALLOC") if a.domain in ("mmap", "mmap-shared")) for s in (plain, beneath)]
    assert mapped[0] == mapped[1] >= 28 * MIB, mapped
    before = same(python, "basic.py", means=(65536,), preload=f"{library}:{AGENT}")[0].stream()
    assert notes(before) == [("foreign-allocator", library)], before.notes
    assert {"no-python-hooks", "clean-exit"} <= before.flags and before.hwm_bytes > 8 * MIB, before.flags
    assert not [a for a in before.of("ALLOC") if not a.domain.startswith("mmap")]


@test
def jemalloc(python):
    if not python.has_stacks:
        raise Skip("no stacks on this version")
    beneath_or_before(*ALLOCATORS[0], python)


@once
def tcmalloc(python):
    beneath_or_before(*ALLOCATORS[1], python)


@once
def mimalloc(python):
    beneath_or_before(*ALLOCATORS[2], python)


@once
def library_with_memory_of_its_own(python):
    """As an allocator inside a library is seen: as mappings, and a note names the library once."""
    library = os.path.join(WORK, "pool.so")
    source = ("#include <string.h>\n#include <sys/mman.h>\nint grow(unsigned long n) {void *p = mmap(0, n, PROT_READ | PROT_WRITE, "
              "MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); return p != MAP_FAILED && memset(p, 1, n) == p;}\n")
    with open(library + ".c", "w") as file:
        file.write(source)
    subprocess.check_call([compiler(), "-shared", "-fPIC", "-o", library, library + ".c"])
    run = Run([python.path, "-c", "import ctypes, sys; grow = ctypes.CDLL(sys.argv[1]).grow; print([grow(int(n)) for n in sys.argv[2:]])",
               library] + [str(3 * MIB)] * 3)
    assert run.code == 0 and run.out == b"[1, 1, 1]\n", (run.code, run.out, run.err)
    stream = run.stream()
    assert len([a for a in stream.of("ALLOC") if a.domain == "mmap" and a.bytes == 3 * MIB]) == 3
    if not hasattr(os, "confstr") or tuple(map(int, os.confstr("CS_GNU_LIBC_VERSION").split()[1].split("."))) < (2, 35):
        raise Skip("this C library cannot tell whose an address is")
    assert stream.notes == [("maps-itself", library)], stream.notes
