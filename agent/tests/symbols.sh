#!/bin/sh
# What the agent and the launcher need of glibc must have been there in 2.17. usage: symbols.sh BUILD_DIR
# Prints what is too new or missing; its status is 0 when there is nothing, 3 when it cannot tell.
set -u
agent=$1/highwater-agent.so
launcher=$1/highwater-launch
command -v readelf > /dev/null || { echo "readelf is missing"; exit 3; }
readelf -d "$launcher" | grep -q 'Shared library: \[libc\.so\.6\]' || { echo "not built for glibc"; exit 3; }

# Lines "FILE VERSION", from the section of the versions needed.
needs() {
    readelf -W -V "$1" | awk '/^Version needs section/ {on = 1} /^Version (symbols|definition)/ {on = 0}
        on && /File:/ {for (i = 1; i < NF; i++) if ($i == "File:") file = $(i + 1)}
        on && /Name:/ {for (i = 1; i < NF; i++) if ($i == "Name:") print file, $(i + 1)}'
}

trouble=0
complain() { echo "$1"; trouble=1; }
for file in "$agent" "$launcher"; do
    found=$(needs "$file")
    echo "$found" | grep -q '^libc\.so\.6 GLIBC_' || complain "$(basename "$file"): no versions found at all"
    new=$(echo "$found" | awk '{n = split(substr($2, 7), v, "."); if ($2 !~ /^GLIBC_[0-9.]+$/ || v[1] > 2 || (v[1] == 2 && v[2] > 17)) print $2}')
    [ -z "$new" ] || complain "$(basename "$file") needs $(echo $new)"
done
# Before glibc 2.30 the loader looks for dlsym only in the library that is named here, and before 2.34 it was in libdl.
needs "$agent" | grep -q '^libdl\.so\.2 GLIBC_' || complain "highwater-agent.so does not look for dlsym in libdl.so.2"
readelf -d "$agent" | grep -q 'Shared library: \[libdl\.so\.2\]' || complain "highwater-agent.so does not need libdl.so.2"
exit $trouble
