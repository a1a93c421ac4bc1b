#!/bin/sh
# Unpacks an arm64 Python, and the C library it needs, from Debian's packages. usage: arm64_root.sh DIR
# Leaves the machine's own package lists alone. Says what went wrong in one line.
set -u
mkdir -p "$1"
root=$(cd "$1" && pwd)
apt=$root/apt
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/state"
: > "$apt/status"
quietly() { "$@" > "$apt/log" 2>&1 || { echo "$1: $(tail -n 1 "$apt/log")"; exit 1; }; }
ask() {
    quietly apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root \
        -o Dir::State="$apt/state" -o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status" \
        -o Dir::Cache="$apt/cache" -o DPkg::Lock::Timeout=60 "$@"
}
command -v apt-get > /dev/null || { echo "apt-get is missing"; exit 1; }
ask update
ask install -y --download-only --no-install-recommends python3
for package in "$apt"/cache/archives/*.deb; do quietly dpkg-deb -x "$package" "$root"; done
rm -rf "$apt/lists" "$apt/cache"
[ -x "$root/usr/bin/python3" ] || { echo "no python3 was unpacked"; exit 1; }
