# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# find_package(A64kit): its functions in a cross and in a native build, what they check, what they refuse.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >show.c <<'EOF2'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("[%s]\n", argv[i]);
    if (getenv("SHOW"))
        printf("SHOW=%s\n", getenv("SHOW"));
    for (int c; argc == 1 && (c = getchar()) != EOF;)
        putchar(c);
    fflush(stdout);
    if (argc > 1 && !strcmp(argv[1], "abort"))
        raise(SIGABRT);
    return argc > 1 && !strcmp(argv[1], "three") ? 3 : 0;
}
EOF2
printf '[a b]\n[]\n[c;d]\nSHOW=1\n' >words.txt
printf 'line 1\n\nline;3\n' >input.txt
cat >CMakeLists.txt <<'EOF2'
cmake_minimum_required(VERSION 3.20)
project(helpers LANGUAGES C)
enable_testing()
find_package(A64kit 0.1 REQUIRED)
add_executable(show show.c)
a64_add_test(NAME words COMMAND show "a b" "" "c\;d" EXPECTED_OUTPUT words.txt ENVIRONMENT SHOW=1 LABELS one TIMEOUT 60)
a64_add_test(NAME file COMMAND $<TARGET_FILE:show> three EXIT_STATUS 3)
a64_add_test(NAME signal COMMAND show abort EXIT_STATUS 134)
a64_add_test(NAME input COMMAND show INPUT input.txt EXPECTED_OUTPUT input.txt WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
a64_add_test(NAME wrong_status COMMAND show three EXIT_STATUS 4)
a64_add_test(NAME wrong_output COMMAND show three EXPECTED_OUTPUT words.txt EXIT_STATUS 3)
set_tests_properties(wrong_status wrong_output PROPERTIES WILL_FAIL ON)
a64_add_generator(TARGET show OUTPUT made.txt ARGS made "by itself" STDOUT DEPENDS input.txt)
add_custom_target(made ALL DEPENDS made.txt)
EOF2
sources=$(ls)
cross build
build build
run_ctest build
expect '[made]
[by itself]' cat build/made.txt
expect_match '100% tests passed, 0 tests failed out of 1' "$CTEST" --test-dir build -L one
# The same project for this machine.
"$CMAKE" -B native -DA64kit_ROOT="$SOURCE_DIR/sdk" >native.log 2>&1 || fail "$(cat native.log)"
build native
run_ctest native
expect_match 'X86-64' readelf -h native/show

# Features: asked of the compiler and of the emulated processor.
mkdir cpu
cat >cpu/CMakeLists.txt <<'EOF2'
cmake_minimum_required(VERSION 3.20)
project(cpu LANGUAGES C)
find_package(A64kit REQUIRED)
a64_require_cpu(dotprod RESULT has_dotprod)
message(STATUS "dotprod: ${has_dotprod}")
if(NEED)
    a64_require_cpu(${NEED})
endif()
EOF2
cd cpu
cross plain
grep -q 'dotprod: FALSE' plain.log || fail "dotprod without -mcpu"
cross n1 -DAARCH64_CPU=neoverse-n1 -DNEED="dotprod;lse"
grep -q 'dotprod: TRUE' n1.log || fail "no dotprod with neoverse-n1"
expect_error 'a64_require_cpu: the processor lacks i8mm \(not used by the compiler\); AARCH64_CPU is .neoverse-n1' \
    "$CMAKE" n1 -DNEED="lse;i8mm"
# What the compiler uses and the emulated processor has not.
expect_error 'a64_require_cpu: the processor lacks dotprod \(not in the emulator\)' \
    "$CMAKE" -B args -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" -DAARCH64_CPU=neoverse-n1 \
    "-DAARCH64_EMULATOR_ARGS=-cpu;neoverse-n1,dotprod=off" -DNEED=dotprod
expect_error "no feature is called 'warp'; there are aes sha2 " "$CMAKE" n1 -DNEED=warp
cd ..

# Mistakes are named.
mistake()
{
    mkdir -p mistake
    printf 'cmake_minimum_required(VERSION 3.20)\nproject(m LANGUAGES NONE)\nenable_testing()\n%s\n%s\n' \
        "find_package(A64kit ${3-} REQUIRED PATHS \"$SOURCE_DIR/sdk/cmake\" NO_DEFAULT_PATH)" "$2" >mistake/CMakeLists.txt
    expect_error "$1" "$CMAKE" -S mistake -B mistake/build
}
mistake "a64_add_test: 'WORLD' is not one of its keywords" 'a64_add_test(WORLD NAME a COMMAND b)'
mistake 'a64_add_test: COMMAND is missing' 'a64_add_test(NAME a)'
mistake "EXIT_STATUS is 'x', which is no number" 'a64_add_test(NAME a COMMAND b EXIT_STATUS x)'
mistake 'EXPECTED_OUTPUT is .*/nowhere, but there is no such file' 'a64_add_test(NAME a COMMAND b EXPECTED_OUTPUT nowhere)'
mistake "TARGET is 'b', which is no target" 'a64_add_generator(TARGET b OUTPUT c)'
mistake 'requested version "99"|version: 0.1' '' 99
