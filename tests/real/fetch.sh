#!/bin/sh
# SPDX-License-Identifier: MIT
# fetch.sh CACHE ARCH LIST: downloads the packages of LIST for ARCH, with what they depend on, and unpacks
# them into CACHE/root, where real guest programs then run from. Their own scripts do not run; what is needed
# of them, such as the links of alternatives, is done by LIST's .setup instead of .txt, where there is one
# (read by this shell, with $root). In LIST, # begins a comment.
#
# Needs no root and leaves the host's package state alone (sdk/libexec/lib/debian.sh). A second call finds
# everything in place and needs no network. Exit 77 and the reason when the packages cannot be had.
set -eu
. "${0%/*}/../../sdk/libexec/lib/debian.sh"
cache=$1
arch=$2
list=$3
setup=${list%.txt}.setup
[ -e "$setup" ] || setup=/dev/null
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
stamp=$(cat "$list" "$setup" | cksum)

# Read by debian.sh, too.
die() {
    echo "skipped: $*" | tee "$cache/why-not" >&2
    exit 77
}

exec 9>"$cache/lock"
command -v flock >/dev/null && flock 9
if [ -e "$cache/root/.complete" ] && [ "$(cat "$cache/root/.complete")" = "$stamp" ]; then
    echo "real: $cache/root is complete"
    exit 0
fi
rm -f "$cache/why-not"
command -v apt-get >/dev/null || die 'apt-get not found: the packages come from a Debian mirror'
command -v dpkg-deb >/dev/null || die 'dpkg-deb not found'

apt=$cache/apt
rm -rf "$apt"
mkdir -p "$apt"
debian_sources deb "$arch" '' '' >"$apt/sources.list"
debian_begin "$apt" "$arch" "$apt/archives"
debian_lists "$apt/log" || die "apt-get update failed: $(grep -m 1 '^[EW]:' "$apt/log")"
# shellcheck disable=SC2046
debian_apt -y --download-only install $(sed 's/#.*//' "$list") >"$apt/log" 2>&1 ||
    die "the packages could not be downloaded: $(grep -m 1 '^E:' "$apt/log")"

root=$cache/root
rm -rf "$root"
debian_root "$root"
for deb in "$apt"/archives/*.deb; do
    debian_unpack "$deb" "$root"
    dpkg-deb -f "$deb" Package Version | paste -sd' ' >>"$root/.packages"
done
debian_relative_links "$root"
# shellcheck source=/dev/null
. "$setup"
rm -rf "$apt"
echo "$stamp" >"$root/.complete"
echo "real: $(wc -l <"$root/.packages") packages unpacked in $root"
