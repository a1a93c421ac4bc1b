"""Holds what it says it holds: a cache of small objects and arrays of bytes that grow at known times, with short-lived work between.

Prints, as JSON, the lines by name, the times (s since the process began) at which each part was over, and what the cache asked for.
"""
import inspect
import json
import os
import sys
import time

cache = {}
held = []
times = {}
lines = {}


def started():
    with open("/proc/self/stat") as stat:
        ticks = int(stat.read().rsplit(")", 1)[1].split()[19])
    return ticks / os.sysconf("SC_CLK_TCK")


def here(name):
    lines[name] = inspect.currentframe().f_back.f_lineno + 1


def part(name):
    times[name] = time.clock_gettime(time.CLOCK_BOOTTIME) - START
    time.sleep(0.4)


START = started()
here("early")
early = bytearray(24_000_000)
part("first")

for _ in range(10):
    here("kept")
    held.append(bytearray(4_000_000))
    scratch = bytearray(30_000_000)
    del scratch
here("cached")
cache.update({i: ("entry", i, float(i)) for i in range(100_000)})
del early
part("second")

here("late")
late = bytearray(50_000_000)
held.clear()
part("third")
GC_HEADER = 16
entries = sum(sys.getsizeof(v) + GC_HEADER + sys.getsizeof(v[1]) + sys.getsizeof(v[2]) for v in cache.values())
print(json.dumps({"lines": lines, "times": times, "cached": entries + sys.getsizeof(cache)}))
