# SPDX-License-Identifier: MIT
# labels: quick
# ctest: CTEST_PARALLEL_LEVEL and -j N run emulators side by side, and --output-junit has every test. A bare -j means something
# from CMake 3.29 on only: nothing that the kit tells or ships has one.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >meets.c <<'EOF'
#include <stdio.h>
#include <unistd.h>
/* Comes back when a process with the other name is there at the same time. */
int main(int argc, char **argv)
{
    fclose(fopen(argv[1], "w"));
    for (int i = 0; i < 600 && access(argv[2], F_OK); i++)
        usleep(100 * 1000);
    return access(argv[2], F_OK) != 0;
}
EOF
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(parallel LANGUAGES C)
enable_testing()
add_executable(meets meets.c)
add_test(NAME one COMMAND meets one two)
add_test(NAME two COMMAND meets two one)
EOF
cross build
build build
run_ctest build -j 2 --output-junit "$PWD/junit.xml"
[ "$(grep -c '<testcase ' junit.xml)" = 2 ] && grep -q 'tests="2"' junit.xml || fail "$(cat junit.xml)"
rm build/one build/two
export CTEST_PARALLEL_LEVEL=2
run_ctest build
cd "$SOURCE_DIR"
! grep -rnE 'ctest.* (-j|--parallel)( *$| +[^ 0-9"$]|[`"&;])' --include='*.md' --include='*.sh' --include='*.y*ml' --include='*.json' \
    --include=a64kit README.md a64kit docs/[a-z]*.md samples sdk | grep -v 'ctest -j` wants its number' || fail "a bare -j"
