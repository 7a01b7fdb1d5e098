# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# An environment made for cross building does not reach the host's compiler that builds the
# emulator, and a toolchain file named there does not make that build include itself.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

copy_kit kit mini
unset AARCH64_EMULATOR
cp "$SOURCE_DIR"/samples/01-hello/* .
export CC=aarch64-linux-gnu-gcc CXX=aarch64-linux-gnu-g++ AR=aarch64-linux-gnu-ar
export CFLAGS=-march=armv8-a LDFLAGS=-Wl,--no-such-option CMAKE_BUILD_TYPE=Debug
export MAKEFLAGS=--no-such-option CMAKE_TOOLCHAIN_FILE="$SCRATCH/kit/sdk/aarch64.cmake"
"$CMAKE" -B build -DCMAKE_EXE_LINKER_FLAGS= >build.log 2>&1 || fail "$(cat build.log)"
unset MAKEFLAGS
build build
run_ctest build
expect_match 'X86-64' readelf -h kit/sdk/.cache/bin/a64run
