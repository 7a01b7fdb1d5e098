# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# a64kit sysroot, with a mirror that this test makes: create, add, list, lock, remove; what goes wrong is named.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need apt-get apt
need dpkg-deb dpkg
kit=$SOURCE_DIR/a64kit
export XDG_CACHE_HOME="$SCRATCH/cache" A64KIT_SYSROOTS="$SCRATCH/my sysroots"
plain_folder
mirror=$PLAIN/mirror

# package NAME VERSION DEPENDS: from the files in ./tree.
package()
{
    mkdir -p tree/DEBIAN "$mirror/pool"
    printf 'Package: %s\nVersion: %s\nArchitecture: arm64\nMaintainer: test <test@localhost>\nDescription: test\n%s' \
        "$1" "$2" "${3:+Depends: $3
}" >tree/DEBIAN/control
    dpkg-deb --build --root-owner-group tree "$mirror/pool/$1_$2_arm64.deb" >/dev/null
    rm -rf tree
}
index()
{
    mkdir -p "$mirror/dists/test/main/binary-arm64"
    for deb in "$mirror"/pool/*.deb; do
        dpkg-deb -f "$deb"
        printf 'Filename: pool/%s\nSize: %s\nSHA256: %s\n\n' "${deb##*/}" "$(stat -c %s "$deb")" \
            "$(sha256sum <"$deb" | cut -d' ' -f1)"
    done >"$mirror/dists/test/main/binary-arm64/Packages"
    printf 'Suite: test\nCodename: test\nComponents: main\nArchitectures: arm64\nSHA256:\n %s %s main/binary-arm64/Packages\n' \
        "$(sha256sum <"$mirror/dists/test/main/binary-arm64/Packages" | cut -d' ' -f1)" \
        "$(stat -c %s "$mirror/dists/test/main/binary-arm64/Packages")" >"$mirror/dists/test/Release"
}
cross_lib=/usr/aarch64-linux-gnu/lib
mkdir -p tree/lib/aarch64-linux-gnu
cp $cross_lib/libc.so.6 $cross_lib/ld-linux-aarch64.so.1 $cross_lib/libm.so.6 tree/lib/aarch64-linux-gnu/
package libc6 2.36-1
mkdir -p tree/lib/aarch64-linux-gnu
cp $cross_lib/libgcc_s.so.1 tree/lib/aarch64-linux-gnu/
package libgcc-s1 12-1 libc6
mkdir -p tree/usr/lib/aarch64-linux-gnu
cp -L $cross_lib/libstdc++.so.6 tree/usr/lib/aarch64-linux-gnu/
package libstdc++6 12-1 'libc6, libgcc-s1'
mkdir -p tree/usr/lib/aarch64-linux-gnu tree/usr/include tree/usr/share/doc/libtwo tree/lib/aarch64-linux-gnu
echo 'int two(void) { return 2; }' >two.c
a64cc -shared -fPIC -Wl,-soname,libtwo.so.1 -o tree/lib/aarch64-linux-gnu/libtwo.so.1 two.c
ln -s /lib/aarch64-linux-gnu/libtwo.so.1 tree/usr/lib/aarch64-linux-gnu/libtwo.so # as Debian's packages have it
echo 'int two(void);' >tree/usr/include/two.h
echo text >tree/usr/share/doc/libtwo/README
mkdir tree/DEBIAN
printf '#!/bin/sh\nupdate-alternatives --install /usr/lib/three.so three /usr/lib/aarch64-linux-gnu/libtwo.so 1\n' >tree/DEBIAN/postinst
chmod 755 tree/DEBIAN/postinst
package libtwo-dev 1:2.0-1 libc6
index

expect_match '^a64kit: there is none in .*/my sysroots yet: a64kit sysroot create NAME' "$kit" sysroot list
expect_match 'made .*/my sysroots/dev: use it with -DAARCH64_SYSROOT=dev' \
    "$kit" sysroot create dev --suite=test --mirror="file:$mirror"
expect_match '^dev +test +glibc 2\.[0-9]+ +3 packages' "$kit" sysroot list
root=$("$kit" sysroot path dev)
"$kit" sysroot add dev libtwo-dev 2>log || fail "$(cat log)"
expect 'libtwo-dev 1:2.0-1' sh -c '"$1" sysroot list dev | grep two' sh "$kit"
expect libtwo.so.1 sh -c 'basename "$(readlink "$1")"' sh "$root/usr/lib/aarch64-linux-gnu/libtwo.so"
[ -e "$root/usr/lib/aarch64-linux-gnu/libtwo.so" ] || fail "the link leads nowhere"
expect aarch64-linux-gnu sh -c 'basename "$(dirname "$(readlink "$1")")"' sh "$root/usr/lib/three.so" # an alternative
[ -e "$root/etc/ld.so.cache" ] && [ ! -s "$root/etc/ld.so.cache" ] || fail "this machine's ld.so.cache would be looked at"
[ ! -e "$root/usr/share/doc" ] || fail "documentation is unpacked"

# A project with it: found, linked as a shared library, run.
cat >use.c <<'EOF2'
#include <two.h>
int main(void) { return two() - 2; }
EOF2
cat >CMakeLists.txt <<'EOF2'
cmake_minimum_required(VERSION 3.20)
project(use LANGUAGES C)
enable_testing()
find_library(TWO two REQUIRED)
find_path(TWO_H two.h REQUIRED)
add_executable(use use.c)
target_link_libraries(use ${TWO})
add_executable(plain use.c)
target_link_libraries(plain two)
add_test(NAME use COMMAND use)
add_test(NAME plain COMMAND plain)
EOF2
cross build -DAARCH64_SYSROOT=dev
build build
run_ctest build
expect_match 'NEEDED.*libtwo.so.1' readelf -d build/use
AARCH64_SYSROOT=dev a64cc -o by-hand use.c -ltwo
"$A64RUN" -L "$root" ./by-hand || fail "by-hand"

# From the lock: the mirror may be gone.
"$kit" sysroot lock dev >dev.lock
expect_match '^deb [0-9a-f]{64} [0-9]+ libtwo-dev_1%3a2.0-1_arm64.deb file:' cat dev.lock
mv "$mirror" "$mirror.gone"
expect_match 'made' "$kit" sysroot create again --lock=dev.lock
diff -r "$root" "$("$kit" sysroot path again)" >&2 || fail "another one from the lock"
"$kit" sysroot remove again
expect_one_line "^a64kit: there is no sysroot 'again' in .*my sysroots; " "$kit" sysroot path again

# What goes wrong is one line, and nothing is left.
expect_error "lists of suite 'test' cannot be had .* create --lock=FILE" "$kit" sysroot create x --suite=test --mirror="file:$mirror"
"$kit" sysroot prune
expect_error 'libc6_2.36-1_arm64.deb with the hash of the lock cannot be had' "$kit" sysroot create x --lock=dev.lock
mv "$mirror.gone" "$mirror"
expect_error 'cannot be had' "$kit" sysroot create x --lock="$(sed 's/^deb ..../deb 0000/' dev.lock >bad.lock; echo bad.lock)"
expect_match 'made' "$kit" sysroot create x --lock=dev.lock
expect_one_line 'my sysroots/x is there already' "$kit" sysroot create x --lock=dev.lock
expect_error "Unable to locate package nosuch" "$kit" sysroot add dev nosuch
expect_match 'libtwo' "$kit" sysroot list dev
expect_one_line "'a/b' is no name" "$kit" sysroot create a/b
expect_one_line "'make' is not one of create, add" "$kit" sysroot make
expect_one_line "use.c is not what 'a64kit sysroot lock' prints" "$kit" sysroot create y --lock=use.c
expect_one_line 'sysroot create needs the name|create needs the name' "$kit" sysroot create
expect_error "there is no sysroot 'nosuch' in .*a64kit sysroot create nosuch makes it" \
    "$CMAKE" -B none -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" -DAARCH64_SYSROOT=nosuch
[ "$(ls -A "$A64KIT_SYSROOTS" | tr '\n' ' ')" = '.busy dev x ' ] || fail "left: $(ls -A "$A64KIT_SYSROOTS")"
