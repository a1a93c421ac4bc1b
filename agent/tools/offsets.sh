#!/bin/sh
# Writes python_offsets.inc and python_witness.inc anew: what the agent knows of each CPython
# minor whose headers are at hand. usage: offsets.sh INCLUDE_DIR... (each holds a Python.h)
# Debian keeps pyconfig.h in a folder beside INCLUDE_DIR: libpython3.N-dev may be unpacked anywhere.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for what in offsets witness; do
    echo "/* Written by tools/offsets.sh from CPython's headers: do not edit. */" > "$work/$what.inc"
done
for include in "$@"; do
    "${CC:-cc}" -w -I "$include" -I "$include/internal" -idirafter "$include/.." -o "$work/offsets" "$here/offsets.c"
    "$work/offsets" >> "$work/offsets.inc"
    "$work/offsets" witness >> "$work/witness.inc"
done
for what in offsets witness; do mv "$work/$what.inc" "$here/../python_$what.inc"; done
