"""Whatever can be done to address space, at random, in an area of some pages. Keeps its own account of whose each page is and
prints it: [first address, line or 0 of each page]. Calls that fail change nothing.

A page that is only reserved (PROT_NONE) belongs to nobody until it is made usable. What cannot be done to a sealed page is
refused by the kernel (Linux 6.10 and later; earlier there are no sealed pages here).
"""
import ctypes
import json
import random
import sys

libc = ctypes.CDLL(None, use_errno=True)
for call in (libc.mmap, libc.mremap, libc.sbrk):
    call.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
libc.mremap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int, ctypes.c_void_p]
libc.mprotect.argtypes = libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
libc.sbrk.argtypes = [ctypes.c_ssize_t]
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
PAGE, PAGES, RW, ANON, FIXED, FAILED = 4096, 200, 3, 0x22, 0x10, 2**64 - 1
MAYMOVE, TO, DONTUNMAP = 1, 2, 4
SEAL = 462  # mseal
HOLE, RESERVED = -1, 0
dice = random.Random(int(sys.argv[1]))
area = libc.mmap(None, 2 * PAGES * PAGE, 0, ANON, -1, 0)
pages = [RESERVED] * PAGES
sealed = set()
failures = 0


def line():
    return sys._getframe(1).f_lineno


def some(most=40):
    first = dice.randrange(PAGES)
    return first, min(PAGES, first + 1 + dice.randrange(most))


def done(result):
    global failures
    failed = result not in (0, None) and (result == FAILED or result == -1)
    failures += failed
    return not failed


def free_of_seals(first, last):
    return not any(page in sealed for page in range(first, last))


def step():
    first, last = some()
    at, size = area + first * PAGE, (last - first) * PAGE
    kind = dice.randrange(9)
    if kind == 0:
        if done(libc.mmap(at, size, RW, ANON | FIXED, -1, 0)):
            pages[first:last] = [line() - 1] * (last - first)
            ctypes.memset(at, 1, PAGE)
    elif kind == 1:
        if done(libc.mmap(at, size, 0, ANON | FIXED, -1, 0)):
            pages[first:last] = [RESERVED] * (last - first)
    elif kind == 2:
        if done(libc.munmap(at, size)):
            pages[first:last] = [HOLE] * (last - first)
    elif kind == 3 and HOLE not in pages[first:last] and free_of_seals(first, last):
        if done(libc.mprotect(at, size, dice.choice((1, RW)))):
            pages[first:last] = [page or line() - 1 for page in pages[first:last]]
    elif kind == 4 and HOLE not in pages[first:last] and free_of_seals(first, last):
        done(libc.mprotect(at, size, 0))
    elif kind == 5:
        done(libc.madvise(at, size, dice.choice((4, 8, 9, 24))))
        done(libc.mmap(at, size, RW, 2 | FIXED, -1, 0))  # no such descriptor
        done(libc.munmap(at + 1, size))
    elif kind == 6:
        to = dice.randrange(PAGES)
        more = dice.choice((last - first, last - first, 1 + dice.randrange(20)))
        if to + more <= PAGES and (to >= last or to + more <= first) and more * PAGE >= size:
            before = pages[first:last]
            if done(libc.mremap(at, size, more * PAGE, MAYMOVE | TO, area + to * PAGE)):
                now = [page if page == RESERVED else line() - 1 for page in before]
                pages[first:last] = [HOLE] * (last - first)
                if more > last - first:
                    now += now[:1] * (more - (last - first))
                for page, whose in enumerate(now, to):  # a gap among several leaves what is there
                    pages[page] = pages[page] if page - to < len(before) and before[page - to] == HOLE else whose
    elif kind == 7:
        less = 1 + dice.randrange(last - first)
        if done(libc.mremap(at, size, less * PAGE, 0, None)):
            pages[first + less:last] = [HOLE] * (last - first - less)
    elif kind == 8 and dice.random() < 0.05 and last - first < 4 and HOLE not in pages[first:last]:
        if libc.syscall(SEAL, ctypes.c_void_p(at), ctypes.c_size_t(size), ctypes.c_ulong(0)) == 0:
            sealed.update(range(first, last))


def move_break():
    """Steps that are no whole pages. What is in this module's account: pages that became whole."""
    libc.mallopt(-1, 1 << 30)  # M_TRIM_THRESHOLD: malloc shall have room, and not touch the break in between
    room = [libc.malloc(100_000) for _ in range(20)]
    for block in room:
        libc.free(block)
    start = libc.sbrk(0)
    whole = (start + PAGE - 1) // PAGE * PAGE
    libc.sbrk(100)  # BREAK
    libc.sbrk(6 * PAGE)  # BREAK
    libc.sbrk(-3 * PAGE + 7)
    libc.sbrk(2**46)
    libc.brk(ctypes.c_void_p(1))
    libc.brk(ctypes.c_void_p(whole + 30 * PAGE))  # BREAK
    libc.sbrk(-5 * PAGE)
    return whole, (libc.sbrk(0) - whole) // PAGE


for _ in range(3000):
    step()
start, count = move_break()
print(json.dumps({"area": area, "pages": [max(page, 0) for page in pages], "break": [start, count], "failures": failures}))
