#!/bin/sh
# Tests the agent and the launcher on every CPython at hand: run.sh (no arguments).
# The last line says: N passed, N failed, N skipped. Needs a C compiler and a python3 >= 3.9.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cc=${CC:-cc}
work=$(mktemp -d "${TMPDIR:-/tmp}/highwater-agent.XXXXXX")
trap 'rm -rf "$work"' EXIT
HW_TALLY=$work/tally
export HW_TALLY
unset LD_PRELOAD HIGHWATER_DIR HIGHWATER_MEAN HIGHWATER_MAX_STREAM HIGHWATER_BUDGET HIGHWATER_NATIVE HIGHWATER_EXACT HIGHWATER_PTRACER PYTHONMALLOC PYTHONDEVMODE

. "$here/tally.sh"

if HW_CFLAGS="-Werror" sh "$here/../build.sh" "$work/build" && "$cc" -O2 -shared -fPIC -o "$work/build/storm.so" "$here/programs/storm.c" -lpthread
then passed "builds without a warning"
else failed "build"; finish
fi

found=$(sh "$here/symbols.sh" "$work/build")
case $? in
0) passed "nothing newer than glibc 2.17 is needed" ;;
3) skipped "symbol versions: $found" ;;
*) failed "symbol versions: $found" ;;
esac

# The tables under the sanitizers, where the compiler has them.
units="array.c codes.c detours.c filter.c guard.c os_linux.c ranges.c sampler.c stacks.c table.c"
sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"
echo 'int main(void) { return 0; }' > "$work/empty.c"
"$cc" $sanitize -o "$work/empty" "$work/empty.c" 2>/dev/null && "$work/empty" 2>/dev/null || { sanitize=""; skipped "sanitizers: not with this compiler"; }
if (cd "$here/.." && "$cc" -std=gnu11 -g -O1 -Wall -Wextra -Werror $sanitize -o "$work/unit" tests/unit.c $units -lpthread) &&
    ASAN_OPTIONS=detect_leaks=0 "$work/unit"
then echo "1 0 0" >> "$HW_TALLY"
else failed "units"
fi

# One python per minor version: from pyenv, from PATH, and the system's own.
pythons=""
for minor in 8 9 10 11 12 13 14; do
    found=""
    for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.$minor.*/bin/python3; do
        [ -x "$candidate" ] && found=$candidate
    done
    [ -n "$found" ] || found=$(command -v "python3.$minor" 2>/dev/null || true)
    if [ -n "$found" ] && "$found" -c "import sys; sys.exit(sys.version_info[:2] != (3, $minor))" 2>/dev/null
    then pythons="$pythons $found"
    else skipped "CPython 3.$minor: none found in pyenv or on PATH"
    fi
done
if [ -x /usr/bin/python3 ]; then pythons="$pythons /usr/bin/python3"; fi
driver=""
for candidate in $pythons; do
    "$candidate" -c "import sys; sys.exit(sys.version_info < (3, 9))" && driver=$candidate
done
if [ -z "$driver" ]; then failed "no python3 of 3.9 or later to test with"; finish; fi

"$cc" -std=gnu11 -Wall -Wextra -Werror -o "$work/golden" "$here/golden.c" && "$work/golden" "$work/golden.hws"
if cmp -s "$work/golden.hws" "$here/golden.hws"
then passed "golden.hws is what golden.c writes"
else failed "golden.hws is not what golden.c writes"
fi
if PYTHONUTF8=1 "$driver" "$here/dump.py" "$here/golden.hws" | cmp -s - "$here/golden.txt"
then passed "golden.txt is what dump.py reads"
else failed "golden.txt is not what dump.py reads"
fi

sh "$here/cross.sh" "$driver" "$work/build" || failed "cross.sh ended early"
# shellcheck disable=SC2086
PYTHONDONTWRITEBYTECODE=1 "$driver" "$here/driver.py" "$work/build" $pythons || failed "the driver ended early"
finish
