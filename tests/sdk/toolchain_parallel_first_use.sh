# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# Configure runs that start together: one builds the emulator, the others wait and use it.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

copy_kit kit mini
unset AARCH64_EMULATOR
cp "$SOURCE_DIR"/samples/01-hello/* .
TOOLCHAIN=$SCRATCH/kit/sdk/aarch64.cmake
pids=
for i in 1 2 3 4 5 6; do
    (cross b$i && build b$i && run_ctest b$i) &
    pids="$pids $!"
done
for pid in $pids; do
    wait "$pid" || fail "one of the parallel configure runs failed"
done
[ "$(cat b?.log | grep -c 'a64kit: building the emulator')" = 1 ] || fail "$(cat b?.log)"
