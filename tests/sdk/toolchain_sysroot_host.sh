# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# AARCH64_SYSROOT=host: a machine with Debian's arm64 packages (dpkg --add-architecture arm64), which this one becomes in
# a mount namespace: libraries and headers are its own, and programs start without any option, too.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

kit=$SOURCE_DIR/a64kit
expect_one_line "'host' means this machine" "$kit" sysroot create host
[ -e /lib/ld-linux-aarch64.so.1 ] || expect_error \
    'AARCH64_SYSROOT / has no lib/ld-linux-aarch64.so.1: make this machine .* sudo dpkg --add-architecture arm64' \
    "$CMAKE" -S "$SOURCE_DIR/samples/01-hello" -B none -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" -DAARCH64_SYSROOT=host
cross_lib=/usr/aarch64-linux-gnu/lib
plain_folder # an overlay's options are split at blanks and more
lib=$PLAIN/usr/lib/aarch64-linux-gnu
mkdir -p "$lib/pkgconfig" "$PLAIN/usr/include/aarch64-linux-gnu"
for file in ld-linux-aarch64.so.1 libc.so.6 libm.so.6 libgcc_s.so.1; do
    cp -L "$cross_lib/$file" "$lib/"
done
ln -s aarch64-linux-gnu/ld-linux-aarch64.so.1 "$PLAIN/usr/lib/ld-linux-aarch64.so.1"
echo 'int two(void) { return 2; }' >two.c
a64cc -shared -fPIC -Wl,-soname,libtwo.so.1 -o "$lib/libtwo.so.1" two.c
ln -s libtwo.so.1 "$lib/libtwo.so"
echo 'int two(void);' >"$PLAIN/usr/include/aarch64-linux-gnu/two.h"
printf 'Name: two\nDescription: two\nVersion: 1\nLibs: -ltwo\n' >"$lib/pkgconfig/two.pc"
mkdir -p "$PLAIN/other/lib/aarch64-linux-gnu"
echo 'not a library' >"$PLAIN/other/lib/aarch64-linux-gnu/libc.so.6"
cat >use.c <<'EOF'
#include <two.h>
int main(void) { return two() - 2; }
EOF
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(use LANGUAGES C)
enable_testing()
include(CheckIncludeFile)
check_include_file(two.h HAVE_TWO_H)
find_library(TWO two REQUIRED)
find_path(TWO_H two.h REQUIRED)
if(NOT HAVE_TWO_H OR NOT TWO STREQUAL "/usr/lib/aarch64-linux-gnu/libtwo.so")
    message(FATAL_ERROR "${HAVE_TWO_H} ${TWO} ${TWO_H}")
endif()
add_executable(use use.c)
target_link_libraries(use ${TWO})
add_test(NAME use COMMAND use)
EOF
cat >inside.sh <<'EOF'
set -eu
mount -t overlay overlay -o "lowerdir=$1/usr:/usr" /usr 2>/dev/null || exit 77
[ -e /lib/ld-linux-aarch64.so.1 ] || exit 77
"$2" -S . -B build -DCMAKE_TOOLCHAIN_FILE="$3/sdk/aarch64.cmake" -DAARCH64_SYSROOT=host
"$2" --build build
"${2%cmake}ctest" --test-dir build --no-tests=error --output-on-failure
if readelf -d build/use | grep -i -E 'r(un)?path'; then exit 1; fi
export AARCH64_SYSROOT=host
"$3/sdk/bin/aarch64-linux-gnu-pkg-config" --libs two | grep -qx -- '-ltwo *'
"$3/sdk/bin/a64cc" -o use use.c -ltwo
"$3/a64kit" file use
"$A64RUN" -L / ./use
unset AARCH64_SYSROOT
"$A64RUN" ./use
# The C library of the cross packages goes with their ld.so, whatever release the machine has.
mount -t overlay overlay -o "lowerdir=$1/other:/usr" /usr
"$A64RUN" ./use
EOF
status=0
unshare -Urm sh inside.sh "$PLAIN" "$CMAKE" "$SOURCE_DIR" >log 2>&1 || status=$?
[ "$status" != 77 ] && [ -s log ] || skip "this kernel lets users have no overlay"
[ "$status" = 0 ] || fail "$(cat log)"
grep -q 'libtwo.so.1  *//*\(usr/\)*lib/aarch64-linux-gnu/libtwo.so.1' log || fail "$(cat log)"
