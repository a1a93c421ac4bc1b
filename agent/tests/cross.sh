#!/bin/sh
# The agent on other processors and C libraries, as far as this machine can build and run them.
# usage: cross.sh PYTHON3 BUILD_DIR (the build for this machine), HW_TALLY set; called by run.sh.
#
# HW_ARM64_ROOT names a folder with an arm64 /usr/bin/python3 (arm64_root.sh makes one; in CI it is made here), and
# HW_MUSL_PYTHON a CPython built with musl: on these the driver runs, too.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/tally.sh"
python=$1
native=$2
work=$(mktemp -d "${TMPDIR:-/tmp}/highwater-cross.XXXXXX")
trap 'rm -rf "$work"' EXIT
units="array.c codes.c detours.c filter.c guard.c os_linux.c ranges.c sampler.c stacks.c table.c"
strict="-std=gnu11 -Wall -Wextra -Werror"

# build NAME COMPILER: the agent, the launcher, and the programs of the tests, into $work/NAME.
build() {
    mkdir -p "$work/$1"
    # shellcheck disable=SC2086
    if CC=$2 HW_CFLAGS=-Werror sh "$here/../build.sh" "$work/$1" &&
        (cd "$here/.." && $2 $strict -O1 -o "$work/$1/unit" tests/unit.c $units -lpthread) &&
        $2 $strict -o "$work/$1/golden" "$here/golden.c" &&
        $2 $strict -O1 -fno-builtin -rdynamic -o "$work/$1/family" "$here/programs/family.c" -lpthread &&
        $2 -O2 -shared -fPIC -o "$work/$1/storm.so" "$here/programs/storm.c"
    then passed "$1: builds without a warning"
    else failed "$1: build"; return 1
    fi
}

# expect TEXT COMMAND...
expect() {
    text=$1
    shift
    if said=$("$@" 2>&1); then passed "$text"; else failed "$text: $said"; fi
}

launches() { "$@" --status "$work/status" -- /bin/sh -c 'exit 7' || [ $? -eq 7 ] && grep -q '^exited 7 ' "$work/status"; }
golden() { "$@" "$work/golden.hws" && cmp "$work/golden.hws" "$here/golden.hws"; }

family() { # --counted or nothing, BUILD_DIR, COMMAND...
    how=$1
    agent=$2/highwater-agent.so
    shift 2
    "$python" "$here/family.py" $how "$agent" "$@"
}

# programs NAME RUN...: what needs no Python; RUN is a command that runs the programs of that build.
programs() {
    name=$1
    shift
    expect "$name: unit" "$@" "$work/$name/unit"
    expect "$name: writes the golden stream" golden "$@" "$work/$name/golden"
    rm -f "$work/status"
    expect "$name: launcher" launches "$@" "$work/$name/highwater-launch"
}

drive() { # NAME PYTHON TESTS PRELOAD_VARIABLE
    HW_LABEL="/$1" HW_PRELOAD=$4 HW_ONLY=$3 PYTHONDONTWRITEBYTECODE=1 "$python" "$here/driver.py" "$work/$1" "$2" || failed "$1: the driver ended early"
}

# An emulated program: the agent goes to it, and not to the emulator, by a variable of another name.
emulate() { # SCRIPT ROOT PROGRAM
    {
        echo '#!/bin/sh'
        echo "exec qemu-aarch64 -L '$2' \${HW_AGENT:+-E \"LD_PRELOAD=\$HW_AGENT\"} '$3' \"\$@\""
    } > "$1"
    chmod +x "$1"
}

arm64() {
    libraries=$(dirname "$(dirname "$(aarch64-linux-gnu-gcc -print-file-name=libc.so.6)")")
    build arm64 aarch64-linux-gnu-gcc || return
    if found=$(sh "$here/symbols.sh" "$work/arm64"); then passed "arm64: nothing newer than glibc 2.17"; else failed "arm64: $found"; fi
    if ! command -v qemu-aarch64 > /dev/null; then skipped "arm64: no qemu-aarch64 to run it with"; return; fi
    programs arm64 qemu-aarch64 -L "$libraries"
    emulate "$work/arm64/run" "$libraries" "$work/arm64/family"
    expect "arm64: every block once" env HW_PRELOAD=HW_AGENT "$python" "$here/family.py" --counted "$work/arm64/highwater-agent.so" "$work/arm64/run"
    root=${HW_ARM64_ROOT:-}
    if [ -z "$root" ] && [ -n "${CI:-}" ]; then
        root=$work/root
        if ! why=$(sh "$here/arm64_root.sh" "$root"); then skipped "arm64: no Python: $why"; return; fi
    fi
    if [ -z "$root" ]; then skipped "arm64: no Python: HW_ARM64_ROOT is not set"; return; fi
    emulate "$work/arm64/python3" "$root" "$root/usr/bin/python3"
    drive arm64 "$work/arm64/python3" "known answers,totals,lines and names,threads churn,signal handler,descriptors closed,bare children,mappings" HW_AGENT
}

musl() {
    build musl musl-gcc || return
    programs musl env
    expect "musl's agent in a program of musl's" family --counted "$work/musl" "$work/musl/family" exec
    expect "musl's agent in a program of this machine's" family --counted "$work/musl" "$work/family" exec
    expect "this machine's agent in a program of musl's" family "" "$native" "$work/musl/family" exec
    if [ -z "${HW_MUSL_PYTHON:-}" ]; then skipped "musl: no Python: HW_MUSL_PYTHON is not set"; return; fi
    drive musl "$HW_MUSL_PYTHON" "${HW_ONLY:-}" LD_PRELOAD
}

# shellcheck disable=SC2086
${CC:-cc} $strict -O1 -fno-builtin -rdynamic -o "$work/family" "$here/programs/family.c" -lpthread || failed "programs/family.c"
expect "every block once" family --counted "$native" "$work/family" exec
if command -v aarch64-linux-gnu-gcc > /dev/null; then arm64; else skipped "arm64: no aarch64-linux-gnu-gcc"; fi
if command -v musl-gcc > /dev/null; then musl; else skipped "musl: no musl-gcc"; fi
exit 0
