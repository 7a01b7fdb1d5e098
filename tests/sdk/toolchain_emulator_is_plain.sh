# SPDX-License-Identifier: MIT
# labels: quick
# The emulator is told to CMake in words that every CMake understands: no generator expressions (3.29), no environment
# (3.28), no TEST_LAUNCHER (3.29), which a project may use itself.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cp "$SOURCE_DIR/samples/01-hello/hello.c" .
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(plain LANGUAGES C)
enable_testing()
add_executable(hello hello.c)
add_test(NAME hello COMMAND hello)
get_target_property(emulator hello CROSSCOMPILING_EMULATOR)
get_target_property(launcher hello TEST_LAUNCHER)
message(STATUS "emulator: [${emulator}] launcher: [${launcher}]")
if(LAUNCH)
    set_target_properties(hello PROPERTIES TEST_LAUNCHER "${LAUNCH}")
endif()
EOF
# The environment's is not the toolchain's.
(export CMAKE_CROSSCOMPILING_EMULATOR=/none/of/ours; cross build -DAARCH64_CPU=cortex-a72 "-DAARCH64_EMULATOR_ARGS=-E;A=b c")
grep -qF "emulator: [$A64RUN;-cpu;cortex-a72;-E;A=b c] launcher: [launcher-NOTFOUND]" build.log || fail "$(cat build.log)"
build build
run_ctest build
! grep -rnE '\$<|TEST_LAUNCHER|ENV\{CMAKE_CROSSCOMPILING' "$TOOLCHAIN" "$SOURCE_DIR/sdk/internal/emulator.cmake" \
    "$SOURCE_DIR/sdk/internal/options.cmake" | grep -vE ':[0-9]+: *#' || fail "needs a newer CMake"
# A launcher is a program of this machine, in front of the emulator.
"$CMAKE" -P /dev/stdin <<'EOF' 2>/dev/null || exit 0
if(CMAKE_VERSION VERSION_LESS 3.29)
    message(FATAL_ERROR "")
endif()
EOF
cross launched "-DLAUNCH=env;LAUNCHED=yes"
grep -F "env\" \"LAUNCHED=yes\" \"$A64RUN\"" launched/CTestTestfile.cmake || fail "$(cat launched/CTestTestfile.cmake)"
build launched
run_ctest launched
