# SPDX-License-Identifier: MIT
# labels: full, timeout: 900
# The plain CMake lines on a fresh clone, in a path with spaces: the real emulator is built on
# first use, the samples are built and their tests run.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

copy_kit "my clone"
unset AARCH64_EMULATOR
cd "my clone"
cross build -DCMAKE_TOOLCHAIN_FILE=sdk/aarch64.cmake
grep -q 'a64kit: building the emulator, once, in' build.log || fail "$(cat build.log)"
build build
run_ctest build -j2
expect_match 'X86-64' readelf -h sdk/.cache/bin/a64run
# It is built once.
cross again -DCMAKE_TOOLCHAIN_FILE=sdk/aarch64.cmake
! grep -q 'building the emulator' again.log || fail "$(cat again.log)"
# The tree of the driver is taken when it is up to date.
[ ! -x "$SOURCE_DIR/build/kit/emulator/a64run" ] || {
    cross driver
    ! grep -q 'building the emulator' driver.log || fail "$(cat driver.log)"
}
