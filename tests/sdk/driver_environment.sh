# SPDX-License-Identifier: MIT
# labels: quick
# What a user of cross compilers has in the environment does not disturb the driver; nor does an
# empty environment, a CDPATH, sh in the place of bash, or two drivers at once.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

copy_kit kit mini
unset AARCH64_EMULATOR
mkdir -p decoy/kit
(
    export CC=aarch64-linux-gnu-gcc CXX=aarch64-linux-gnu-g++ AR=aarch64-linux-gnu-ar
    export CFLAGS=-march=armv8-a LDFLAGS=-Wl,--no-such-option MAKEFLAGS=--no-such-option
    export CMAKE_TOOLCHAIN_FILE="$SCRATCH/kit/sdk/aarch64.cmake" CMAKE_GENERATOR="Ninja Multi-Config"
    export LD_LIBRARY_PATH=/usr/aarch64-linux-gnu/lib CDPATH="$SCRATCH/decoy" A64CC_INTERP=
    expect "Hello, World!" kit/a64kit hello
    expect_match 'tests passed' kit/a64kit test
)
expect_match 'X86-64' readelf -h kit/build/kit/emulator/a64run
kit/a64kit clean
expect "Hello, World!" env -i PATH=/usr/bin:/bin sh kit/a64kit hello
kit/a64kit clean

pids=
for i in 1 2 3; do
    kit/a64kit hello >out$i 2>err$i </dev/null &
    pids="$pids $!"
done
for pid in $pids; do
    wait "$pid" || fail "one of three drivers at once failed: $(cat err?)"
done
for i in 1 2 3; do
    expect "Hello, World!" cat out$i
done
