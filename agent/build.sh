#!/bin/sh
# Builds the agent and the launcher. usage: build.sh OUT_DIR
# CC names the compiler, HW_CFLAGS is added to its flags. Needs nothing but a C library.
set -eu
[ $# -eq 1 ] || { echo "usage: build.sh OUT_DIR" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")"
cc=${CC:-cc}
# Fortified calls and stack guards are made differently by each C library; without them the same agent can be loaded by all.
flags="-std=gnu11 -O2 -g1 -Wall -Wextra -U_FORTIFY_SOURCE -fno-stack-protector -fno-builtin-malloc -fno-builtin-calloc -fno-builtin-realloc -fno-builtin-free ${HW_CFLAGS:-}"
# Native stacks need libgcc's unwinder, of the kind that takes no lock (native_stack.c).
alone=
if grep -q _dl_find_object "$($cc -print-file-name=libgcc_eh.a 2>/dev/null)" 2>/dev/null; then
    flags="$flags -DHW_UNWINDER"
    alone="-static-libgcc -Wl,--exclude-libs,ALL"
fi
work=$(mktemp -d "$out/.build.XXXXXX")
trap 'rm -rf "$work"' EXIT

# dlsym is needed of libdl, where it was in the glibcs before 2.34; a loader of before 2.30 looks for a symbol only in the
# library that the linker found it in, so the linker is shown a libdl as it was then. Each glibc still has one, and musl
# takes the name for its own. What is built for musl names no other library: its libc.so is something else to glibc.
case $($cc -dumpmachine) in x86_64*) oldest=GLIBC_2.2.5 ;; *) oldest=GLIBC_2.17 ;; esac
echo "$oldest { dladdr; dlsym; };" > "$work/libdl.map"
# shellcheck disable=SC2086
echo "void dladdr(void) {} void dlsym(void) {}" | $cc -x c -shared -fPIC -nostdlib -o "$work/libdl.so" - \
    -Wl,-soname,libdl.so.2 "-Wl,--version-script,$work/libdl.map"
# shellcheck disable=SC2086
if printf '#include <features.h>\n#ifndef __GLIBC__\n#error\n#endif\n' | $cc -E - > /dev/null 2>&1
then
    flags="$flags -include glibc_symbols.h"
    libraries=-Wl,-z,defs
else libraries=-nolibc
fi

objects=
for source in *.c; do
    [ "$source" = launch.c ] && continue
    # shellcheck disable=SC2086
    $cc $flags -fPIC -fvisibility=hidden -ftls-model=initial-exec -c "$source" -o "$work/$source.o" || touch "$work/failed" &
    objects="$objects $work/$source.o"
done
# shellcheck disable=SC2086
$cc $flags -o "$work/launch" launch.c || touch "$work/failed" &
wait
[ ! -e "$work/failed" ] || exit 1
# shellcheck disable=SC2086
$cc $flags -shared -Wl,-z,now -Wl,-z,relro $alone -o "$work/agent.so" $objects "$work/libdl.so" $libraries
mv -f "$work/agent.so" "$out/highwater-agent.so"
mv -f "$work/launch" "$out/highwater-launch"
