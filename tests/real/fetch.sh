#!/bin/sh
# SPDX-License-Identifier: MIT
# fetch.sh CACHE ARCH LIST: downloads the packages of LIST for ARCH, with what they depend on, and unpacks
# them into CACHE/root, where real guest programs then run from. Their own scripts do not run; what is needed
# of them, such as the links of alternatives, is done by LIST's .setup instead of .txt, where there is one
# (read by this shell, with $root). In LIST, # begins a comment.
#
# Needs no root and leaves the host's package state alone: apt gets folders, a status file and an
# architecture of its own, and the host's Debian mirrors. A second call finds everything in place and
# needs no network. Exit 77 and the reason when the packages cannot be had.
set -eu
cache=$1
arch=$2
list=$3
setup=${list%.txt}.setup
[ -e "$setup" ] || setup=/dev/null
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
stamp=$(cat "$list" "$setup" | cksum)

skip() {
    echo "skipped: $*" | tee "$cache/why-not"
    exit 77
}

exec 9>"$cache/lock"
command -v flock >/dev/null && flock 9
if [ -e "$cache/root/.complete" ] && [ "$(cat "$cache/root/.complete")" = "$stamp" ]; then
    echo "real: $cache/root is complete"
    exit 0
fi
rm -f "$cache/why-not"
command -v apt-get >/dev/null || skip 'apt-get not found: the packages come from a Debian mirror'
command -v dpkg-deb >/dev/null || skip 'dpkg-deb not found'

apt=$cache/apt
mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/etc"
: >"$apt/status"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keyring" ] || skip "no $keyring: apt-get install debian-archive-keyring"
# The mirrors this machine is set up with, main Debian archive only.
apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    sort -u | awk '$1 ~ /\/debian(-security)?\/?$/ && $3 == "main"' |
    sed "s|^|deb [arch=$arch signed-by=$keyring] |" >"$apt/etc/sources.list"
[ -s "$apt/etc/sources.list" ] || skip 'apt has no Debian mirror configured'
cat >"$apt/apt.conf" <<END
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "2";
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/etc/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferencesparts "-";
Dir::Etc::parts "-";
END
APT_CONFIG=$apt/apt.conf
export APT_CONFIG
apt-get -qq update >"$apt/log" 2>&1 || skip "apt-get update failed: $(grep -m 1 '^[EW]:' "$apt/log")"
# shellcheck disable=SC2046
apt-get -qq -y --download-only install $(sed 's/#.*//' "$list") >"$apt/log" 2>&1 ||
    skip "the packages could not be downloaded: $(grep -m 1 '^E:' "$apt/log")"

root=$cache/root
rm -rf "$root"
mkdir -p "$root/usr/lib" "$root/usr/bin" "$root/usr/sbin"
for dir in lib bin sbin; do
    ln -s "usr/$dir" "$root/$dir"
done
for deb in "$apt"/cache/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$root" --exclude './usr/share/doc' \
        --exclude './usr/share/man' --exclude './usr/share/locale' --exclude './usr/lib/*/gconv'
    dpkg-deb -f "$deb" Package Version | paste -sd' ' >>"$root/.packages"
done
# Absolute links would lead out of the root.
find "$root" -type l -lname '/*' | while read -r link; do
    target=$(readlink "$link")
    up=$(dirname "${link#"$root"/}" | sed 's|[^/][^/]*|..|g; s|^\.$||')
    ln -sfn "${up:+$up/}${target#/}" "$link"
done
# shellcheck source=/dev/null
. "$setup"
rm -rf "$apt/cache" "$apt/state"
echo "$stamp" >"$root/.complete"
echo "real: $(wc -l <"$root/.packages") packages unpacked in $root"
