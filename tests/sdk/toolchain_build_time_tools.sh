# SPDX-License-Identifier: MIT
# labels: quick
# A program that is built and then run by the build goes through the emulator too.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >gen.c <<'EOF'
#include <stdio.h>
int main(int argc, char **argv)
{
    FILE *f = fopen(argv[1], "w");
    if (!f || argc != 2)
        return 1;
    fprintf(f, "#define POINTER_BYTES %zu\n", sizeof(void *));
    return fclose(f);
}
EOF
cat >main.c <<'EOF'
#include "generated.h"
#include <stdio.h>
int main(void) { return printf("generated %d\n", POINTER_BYTES) < 0; }
EOF
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(tools LANGUAGES C)
enable_testing()
add_executable(gen gen.c)
add_custom_command(OUTPUT generated.h COMMAND gen ${CMAKE_CURRENT_BINARY_DIR}/generated.h DEPENDS gen)
add_executable(main main.c ${CMAKE_CURRENT_BINARY_DIR}/generated.h)
target_include_directories(main PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
add_test(NAME main COMMAND main)
set_tests_properties(main PROPERTIES PASS_REGULAR_EXPRESSION "^generated 8\n$")
EOF
cross build
build build
run_ctest build
