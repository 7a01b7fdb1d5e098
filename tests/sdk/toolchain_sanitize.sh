# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# AARCH64_SANITIZE: each sanitizer finds its fault in a test, and leaves a right program alone; checks that
# run programs while configuring go on working.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

unset ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS HWASAN_OPTIONS
cat >faults.c <<'EOF2'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int shared;
static void *add(void *p)
{
    shared++;
    return p;
}

int main(int argc, char **argv)
{
    const char *fault = argc > 1 ? argv[1] : "";
    volatile int *p = malloc(4 * sizeof *p);
    p[3] = argc;
    if (!strcmp(fault, "address"))
        return p[argc + 2];
    if (!strcmp(fault, "undefined"))
        printf("%d\n", 1 << (30 + argc));
    if (!strcmp(fault, "leak"))
        printf("%d\n", malloc(77) ? 77 : 0);
    if (!strcmp(fault, "thread")) {
        pthread_t t;
        pthread_create(&t, NULL, add, NULL);
        shared++;
        pthread_join(t, NULL);
    }
    free((void *)p);
    puts("the end");
    return 0;
}
EOF2
cat >CMakeLists.txt <<'EOF2'
cmake_minimum_required(VERSION 3.20)
project(faults LANGUAGES C)
set(CMAKE_BUILD_TYPE Debug)
include(CheckCSourceRuns)
check_c_source_runs("#include <stdlib.h>\nint main(void) { void *p = malloc(9); free(p); return !p; }" RUNS)
if(NOT RUNS)
    message(FATAL_ERROR "a check does not run")
endif()
enable_testing()
find_package(Threads REQUIRED)
add_executable(faults faults.c)
target_link_libraries(faults Threads::Threads)
add_test(NAME right COMMAND faults)
set_tests_properties(right PROPERTIES PASS_REGULAR_EXPRESSION "^the end\n$")
add_test(NAME wrong COMMAND faults ${FAULT})
set_tests_properties(wrong PROPERTIES PASS_REGULAR_EXPRESSION "${REPORT}")
EOF2
while read -r sanitizer fault report; do
    tree=$sanitizer-$fault
    cross "$tree" "-DAARCH64_SANITIZE=$sanitizer" "-DFAULT=$fault" "-DREPORT=$report"
    build "$tree"
    run_ctest "$tree"
done <<'END'
address address AddressSanitizer: heap-buffer-overflow
address leak AddressSanitizer: 77 byte.s. leaked in 1 allocation
leak leak LeakSanitizer: 77 byte.s. leaked in 1 allocation
undefined undefined runtime error: shift exponent 32
hwaddress address HWAddressSanitizer: tag-mismatch
thread thread ThreadSanitizer: data race
address,undefined address AddressSanitizer: heap-buffer-overflow
END
