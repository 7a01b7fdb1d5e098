# SPDX-License-Identifier: MIT
# labels: full, timeout: 120
# AARCH64_HOOKS: tests and build steps that name a program in ways for which CMake leaves out the emulator; a
# second project(), empty words, semicolons, host tools, a project with the policies of CMake 2.4.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >show.c <<'EOF2'
#include <stdio.h>
int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("[%s]", argv[i]);
    return puts("") < 0;
}
EOF2
cat >CMakeLists.txt <<'EOF2'
cmake_minimum_required(VERSION 3.20)
project(old LANGUAGES C)
enable_testing()
add_executable(show show.c)
add_test(old show "" "a b" "c;d")
set_tests_properties(old PROPERTIES PASS_REGULAR_EXPRESSION "^.a b..c.d.\n$|^..{2}.a b..c;d.\n$")
add_test(NAME file COMMAND $<TARGET_FILE:show> "" "a b" "c;d")
set_tests_properties(file PROPERTIES PASS_REGULAR_EXPRESSION "^[[][]][[]a b[]][[]c;d[]]\n$")
add_test(NAME target COMMAND show x WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
add_test(NAME host COMMAND ${CMAKE_COMMAND} -E echo host)
add_test(host_old ${CMAKE_COMMAND} -E true)
add_custom_command(OUTPUT made.txt COMMAND $<TARGET_FILE:show> made > made.txt DEPENDS show)
add_custom_command(OUTPUT two.txt COMMAND ${CMAKE_COMMAND} -E touch two.txt COMMAND show > /dev/null VERBATIM)
add_custom_target(made ALL DEPENDS made.txt two.txt)
add_subdirectory(sub)
EOF2
mkdir sub
cat >sub/CMakeLists.txt <<'EOF2'
project(sub LANGUAGES C)
add_executable(other ../show.c)
add_test(sub_old other)
EOF2
cross plain || :
expect_error '' "$CMAKE" --build plain
cross build -DAARCH64_HOOKS=ON
build build
run_ctest build
grep -q '100% tests passed, 0 tests failed out of 6' build.ctest.log || fail "$(cat build.ctest.log)"
expect '[made]' cat build/made.txt
expect_error "AARCH64_HOOKS is 'maybe': use ON or OFF" \
    "$CMAKE" -B bad -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" -DAARCH64_HOOKS=maybe

# An old project has the policies of its time, such as the meaning of quoted words in if().
mkdir old
cd old
cat >CMakeLists.txt <<'EOF2'
cmake_minimum_required(VERSION 2.4.4)
project(old C)
enable_testing()
add_executable(show ../show.c)
add_test(show show)
EOF2
cross build -DAARCH64_HOOKS=ON
! grep -qE '(hooks|project).cmake' build.log || fail "$(cat build.log)"
build build
run_ctest build
