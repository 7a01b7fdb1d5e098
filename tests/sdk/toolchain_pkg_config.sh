# SPDX-License-Identifier: MIT
# labels: quick
# pkg-config sees the target's packages and none of the host's.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need pkg-config pkgconf
host=$(pkg-config --list-all | sed -n '1s/ .*//p')
[ -n "$host" ] || skip "the host has no package that pkg-config could find"
wrapper=$SOURCE_DIR/sdk/bin/aarch64-linux-gnu-pkg-config
pkg-config --exists "$host" || fail "pkg-config --exists $host"
expect_error '' "$wrapper" --exists "$host"
export PKG_CONFIG_PATH=/usr/lib/x86_64-linux-gnu/pkgconfig:/usr/share/pkgconfig
expect_error '' "$wrapper" --exists "$host"

# A root laid out like a machine's, with a library that the host does not have. pkg-config itself
# does not cope with spaces in its path.
plain_folder
mkdir -p "$PLAIN/usr/lib/aarch64-linux-gnu/pkgconfig" "$PLAIN/lib"
cp /usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1 /usr/aarch64-linux-gnu/lib/libc.so.6 \
    "$PLAIN/lib/"
cat >"$PLAIN/usr/lib/aarch64-linux-gnu/pkgconfig/onlytarget.pc" <<'EOF'
prefix=/usr
Name: onlytarget
Description: a package of the target
Version: 7.1
Cflags: -I${prefix}/include/onlytarget
EOF
cat >CMakeLists.txt <<EOF
cmake_minimum_required(VERSION 3.20)
project(packages LANGUAGES C)
find_package(PkgConfig REQUIRED)
pkg_check_modules(HOST $host)
pkg_check_modules(TARGET onlytarget)
execute_process(COMMAND \$ENV{PKG_CONFIG} --modversion onlytarget OUTPUT_VARIABLE direct)
message(STATUS "found: [\${HOST_FOUND}] [\${TARGET_VERSION}] [\${TARGET_INCLUDE_DIRS}] \${direct}")
EOF
cross default
grep -qF 'found: [] [] []' default.log || fail "$(cat default.log)"
cross own "-DAARCH64_SYSROOT=$PLAIN"
grep -qF "found: [] [7.1] [$PLAIN/usr/include/onlytarget] 7.1" own.log || fail "$(cat own.log)"
