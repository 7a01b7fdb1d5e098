# SPDX-License-Identifier: MIT
# labels: quick
# An option that feeds the compiler cannot change in an existing tree: CMake would ignore it.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

hello_c
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(changed LANGUAGES C)
add_executable(hello hello.c)
enable_testing()
add_test(NAME hello COMMAND hello)
EOF
cross build
again="$CMAKE -B build"
expect_error "AARCH64_INTERP was 'target'.* and is 'sysroot' now: run cmake --fresh" \
    $again -DAARCH64_INTERP=sysroot
expect_error "AARCH64_INTERP was 'target'" $again
expect_match 'Generating done' $again -DAARCH64_INTERP=target
expect_error "AARCH64_CPU was '' .* and is 'cortex-a53' now" $again -DAARCH64_CPU=cortex-a53
expect_match 'Generating done' $again -DAARCH64_CPU=
gcc=$(command -v aarch64-linux-gnu-gcc)
expect_error "AARCH64_TOOLCHAIN_PREFIX was 'aarch64-linux-gnu-'" \
    $again -DAARCH64_TOOLCHAIN_PREFIX="${gcc%gcc}"
expect_match 'Generating done' $again -DAARCH64_TOOLCHAIN_PREFIX=aarch64-linux-gnu-
# Another emulator touches no compiled file, it may change.
ln -s "$A64RUN" other-emulator
expect_match 'Generating done' $again -DAARCH64_EMULATOR="$PWD/other-emulator"
grep -qF "$PWD/other-emulator" build/CTestTestfile.cmake || fail "the new emulator is not used"
if "$CMAKE" --help | grep -q -- --fresh; then
    expect_match 'Generating done' $again --fresh -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" \
        -DAARCH64_INTERP=sysroot
    build build
    expect /usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1 interpreter build/hello
fi
