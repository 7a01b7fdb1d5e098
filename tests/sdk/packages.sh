# SPDX-License-Identifier: MIT
# labels: full, timeout: 600
# cpack: the tar.xz unpacks and works, its hash is right; the .deb holds the same, depends on what it needs,
# installs and is removed without a trace (in a root of its own).
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need dpkg-deb dpkg
need sha256sum coreutils
version=$(cat "$SOURCE_DIR/sdk/VERSION")
copy_kit source mini
"$CMAKE" -S source -B tree -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF >log 2>&1 || fail "$(cat log)"
build tree
# The real emulator, with a time that needs no building.
cp "$A64RUN" tree/emulator/a64run
(cd tree && "${CMAKE%cmake}cpack" >log 2>&1) || fail "$(cat tree/log)"

cd tree
sha256sum -c --quiet "a64kit-$version-linux-x86_64.tar.xz.sha256" || fail "the hash is wrong"
mkdir "$SCRATCH/a folder"
tar -xJf "a64kit-$version-linux-x86_64.tar.xz" -C "$SCRATCH/a folder"
kit="$SCRATCH/a folder/a64kit-$version-linux-x86_64"
(cd "$kit" && find . ! -type d | sort) >"$SCRATCH/tar.list"
export A64KIT_BUILD="$SCRATCH/made"
unset AARCH64_EMULATOR
expect "Hello, World!" "$kit/bin/a64kit" hello

deb="a64kit_${version}_amd64.deb"
[ "$(stat -c %s "$deb")" -lt 8000000 ] || fail "$deb is large"
dpkg-deb -I "$deb" >"$SCRATCH/info"
for word in 'Version: '"$version" 'Depends: .*gcc-aarch64-linux-gnu' 'Depends: .*libc6-dev-arm64-cross' \
    'Recommends: .*gdb-multiarch' 'Section: devel' 'Architecture: amd64'; do
    grep -q "$word" "$SCRATCH/info" || fail "no '$word' in: $(cat "$SCRATCH/info")"
done
# What lintian finds, but for the overrides, which have their reasons in cmake/lintian-overrides.
if command -v lintian >/dev/null; then
    lintian --no-cfg --fail-on error,warning "$deb" >"$SCRATCH/lintian" 2>&1 || fail "lintian: $(cat "$SCRATCH/lintian")"
    ! grep -q 'unused-override\|mismatched-override' "$SCRATCH/lintian" || fail "$(cat "$SCRATCH/lintian")"
else
    echo "lintian is not installed: the package is not looked through"
fi
dpkg-deb -x "$deb" "$SCRATCH/root"
(cd "$SCRATCH/root/usr" && find . ! -type d | sort) >"$SCRATCH/deb.list"
diff "$SCRATCH/tar.list" "$SCRATCH/deb.list" >&2 || fail "tar.xz and .deb differ"
for program in a64run a64kit a64cc; do
    [ -x "$SCRATCH/root/usr/bin/$program" ] || fail "no $program"
done
[ ! -e "$SCRATCH/root/usr/bin/aarch64-linux-gnu-pkg-config" ] || fail "clashes with Debian's pkgconf"
# dpkg, with folders of its own; its dependencies are those of another machine.
[ "$(id -u)" = 0 ] || { echo "not root: dpkg is not tried"; exit 0; }
mkdir -p "$SCRATCH/dpkg/updates" "$SCRATCH/dpkg/info" "$SCRATCH/target"
: >"$SCRATCH/dpkg/status"
: >"$SCRATCH/dpkg/available"
run_dpkg()
{
    dpkg --admindir="$SCRATCH/dpkg" --instdir="$SCRATCH/target" --force-depends --force-script-chrootless \
        --log="$SCRATCH/dpkg.log" "$@" >"$SCRATCH/log" 2>&1 || fail "dpkg $*: $(cat "$SCRATCH/log")"
}
run_dpkg -i "$deb"
expect "Hello, World!" "$SCRATCH/target/usr/bin/a64kit" hello
run_dpkg -r a64kit
left=$(find "$SCRATCH/target" ! -type d)
[ -z "$left" ] || fail "left behind: $left"
