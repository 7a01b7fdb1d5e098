#!/bin/sh
# SPDX-License-Identifier: MIT
# fetch.sh CACHE PACKAGE: downloads what the authors of Debian's source package PACKAGE released (its .orig.tar) into CACHE/PACKAGE,
# and prints the path. Debian's own changes are not applied. Needs no root; a second call needs no network.
# Exit 77 and the reason when it cannot be had.
set -eu
. "${0%/*}/../../sdk/libexec/lib/debian.sh"
cache=$1
package=$2

# Called by debian.sh, too.
die() {
    echo "skipped: $*" >&2
    exit 77
}

released() { ls "$cache/$package"/*.orig.tar.* 2>/dev/null | grep -v '\.asc$'; }

mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
exec 9>"$cache/lock"
command -v flock >/dev/null && flock 9
if [ ! -e "$cache/$package/.complete" ]; then
    command -v apt-get >/dev/null || die 'apt-get not found: the sources come from a Debian mirror'
    apt=$cache/apt
    rm -rf "$apt" "${cache:?}/$package"
    mkdir -p "$apt" "$cache/$package"
    # Of the release alone: security's mirrors do not have what stands in the release already.
    debian_sources deb-src amd64 '' '' | grep -v -- -security >"$apt/sources.list"
    debian_begin "$apt" amd64 "$apt/archives"
    debian_lists "$apt/log" || die "apt-get update failed: $(grep -m 1 '^[EW]:' "$apt/log")"
    cd "$cache/$package"
    debian_apt --download-only --tar-only source "$package" >"$apt/log" 2>&1 ||
        die "the source of $package could not be downloaded: $(grep -m 1 '^E:' "$apt/log")"
    : >.complete
fi
released
