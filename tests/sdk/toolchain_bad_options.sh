# SPDX-License-Identifier: MIT
# labels: quick
# One clear line for each bad option: what, where it looked, what to do.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cp "$SOURCE_DIR"/samples/01-hello/* .
n=0
bad()
{
    n=$((n + 1))
    expect_error "$1" "$CMAKE" -B "b$n" -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" "$2"
    ! grep -i 'build program' error.log || fail "it is not for want of a make program: $2"
}
bad "^ +a64kit: AARCH64_INTERP is 'Target': use target or sysroot$" -DAARCH64_INTERP=Target
bad "^ +a64kit: AARCH64_INTERP is '': use target or sysroot$" -DAARCH64_INTERP=
bad "^ +a64kit: AARCH64_COMPILER is 'tcc': use gcc, clang or zig$" -DAARCH64_COMPILER=tcc
bad "^ +a64kit: AARCH64_TOOLCHAIN_PREFIX is '', but .*/gcc compiles for 'x86_64-linux-gnu': give" \
    -DAARCH64_TOOLCHAIN_PREFIX=
bad "^ +a64kit: AARCH64_SYSROOT /no/such has no lib/ld-linux-aarch64.so.1: give the folder" \
    -DAARCH64_SYSROOT=/no/such
bad "^ +a64kit: AARCH64_SYSROOT / has no lib/ld-linux" -DAARCH64_SYSROOT=/
bad "^ +a64kit: AARCH64_CPU is 'native', which .* does not know: see the list" -DAARCH64_CPU=native
bad "^ +a64kit: AARCH64_EMULATOR is '/no/such', but there is no such program: give the path" \
    -DAARCH64_EMULATOR=/no/such
bad "^ +a64kit: AARCH64_EMULATOR is 'no-such', but there is no such program" \
    -DAARCH64_EMULATOR=no-such
bad "^ +a64kit: AARCH64_EMULATOR is 'a64run -L /x', but .* options belong in AARCH64_EMULATOR_ARGS" \
    "-DAARCH64_EMULATOR=a64run -L /x"
bad "^ +a64kit: AARCH64_EMULATOR is '/usr', which is no executable file" -DAARCH64_EMULATOR=/usr
bad "^ +a64kit: AARCH64_EMULATOR is './hello.c', which is no executable file" \
    -DAARCH64_EMULATOR=./hello.c
# After a mistake the same tree can be used with the right value.
"$CMAKE" -B b1 -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" -DAARCH64_INTERP=sysroot >b1.log 2>&1 ||
    fail "$(cat b1.log)"
build b1
run_ctest b1
