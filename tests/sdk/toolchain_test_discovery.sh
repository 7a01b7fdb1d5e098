# SPDX-License-Identifier: MIT
# labels: quick
# gtest_discover_tests asks the program for its cases when ctest starts, not while building: a
# busy machine must not break the build. The program here speaks googletest's protocol.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >suite.c <<'EOF'
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "--gtest_list_tests"))
        return puts("Suite.\n  first\n  second") < 0;
    for (int i = 1; i < argc; i++)
        if (!strncmp(argv[i], "--gtest_filter=Suite.", 21))
            return puts("one case ran") < 0;
    return 1;
}
EOF
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(discovery LANGUAGES C)
enable_testing()
include(GoogleTest)
add_executable(suite suite.c)
gtest_discover_tests(suite)
EOF
cross build
build build
[ ! -e build/suite\[1\]_tests.cmake ] || fail "cases were listed while building"
run_ctest build -j2
grep -q '100% tests passed, 0 tests failed out of 2' build.ctest.log || fail "$(cat build.ctest.log)"
# Who wants it otherwise says so.
cross own -DCMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE=POST_BUILD
build own
[ -e own/suite\[1\]_tests.cmake ] || fail "POST_BUILD is not honoured"
