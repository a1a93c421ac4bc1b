"""The oracle of files and shared memory in trees: the kernel's own sums over the processes named, Pss, Pss_File and Pss_Shmem of
smaps_rollup, by name of file the sum of Pss of mappings that have no private copies, and the address space of all mappings of files
("sizes": shared memory apart). Holds nothing of ours."""

import json
import os
import re
import sys

HEADER = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+\s*(.*)$")


def rollup(pid):
    with open("/proc/%s/smaps_rollup" % pid) as file:
        pairs = (line.split(":") for line in file if line.rstrip().endswith("kB"))
        return {name: int(value.split()[0]) * 1024 for name, value in pairs}


def by_name(pid, names, sums):
    name = path = ""
    with open("/proc/%s/smaps" % pid) as file:
        for line in file:
            header = HEADER.match(line)
            if header:
                path = header.group(1).replace(" (deleted)", "")
                name = os.path.basename(path)
            elif line.startswith("Size:") and path.startswith("/"):
                sizes["shared" if path.startswith("/dev/shm/") else "files"] += int(line.split()[1]) * 1024
            elif line.startswith("Pss:") and name in names:
                sums[name] = sums.get(name, 0) + int(line.split()[1]) * 1024


names, pids = sys.argv[1].split(","), sys.argv[2:]
rollups = [rollup(pid) for pid in pids]
named, sizes = {}, {"files": 0, "shared": 0}
for pid in pids:
    by_name(pid, names, named)
told = {key: sum(one[key] for one in rollups) for key in ("Pss", "Pss_File", "Pss_Shmem")}
print("TREE", json.dumps({**told, "named": named, "sizes": sizes}), flush=True)
