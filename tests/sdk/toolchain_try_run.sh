# SPDX-License-Identifier: MIT
# labels: quick
# Checks that run a program do so through the emulator: its output and exit status are seen.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >seven.c <<'EOF'
#include <stdio.h>
int main(void) { printf("long double %zu\n", sizeof(long double)); return 7; }
EOF
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(runs LANGUAGES C CXX)
include(CheckCSourceRuns)
include(CheckCXXSourceRuns)
try_run(status compiled ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/seven.c RUN_OUTPUT_VARIABLE output)
check_c_source_runs("
#if !defined __aarch64__
#error not the target
#endif
int main(void) { return (char)-1 < 0; }" char_is_unsigned)
check_cxx_source_runs("#include <string>\nint main() { return std::string(3, 'x') != \"xxx\"; }" cxx_runs)
check_c_source_runs("int main(void) { return 1; }" must_fail)
message(STATUS "result: ${compiled} ${status} ${output} ${char_is_unsigned} ${cxx_runs} [${must_fail}]")
EOF
for mode in target sysroot; do
    cross $mode -DAARCH64_INTERP=$mode
    tr '\n' ' ' <$mode.log | grep -qF 'result: TRUE 7 long double 16  1 1 []' ||
        fail "$(cat $mode.log)"
done
