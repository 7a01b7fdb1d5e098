# SPDX-License-Identifier: MIT
# labels: full, timeout: 600
# a64kit archive: the tests of a project run in three workers, each another user in a folder of its own, with no
# compiler in reach and the project gone; one is killed, which the merge notices, and made good.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need readelf binutils
kit=$SOURCE_DIR/a64kit
plain_folder
mkdir "$PLAIN/my project"
cd "$PLAIN/my project"
hello_c
hello_cxx
cat >lib.cpp <<'EOF'
#include <string>
std::string word() { return "library"; }
EOF
cat >use.cpp <<'EOF'
#include <fstream>
#include <iostream>
#include <string>
std::string word();
int main(int, char **argv)
{
    std::string line;
    std::getline(std::ifstream(argv[1]), line);
    std::cout << word() << ' ' << line << '\n';
}
EOF
mkdir data
echo "some data" >data/input.txt
printf 'hello from C\n' >hello.expected
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(mine LANGUAGES C CXX)
enable_testing()
find_package(A64kit REQUIRED)
add_executable(c hello.c)
add_executable(cxx hello.cpp)
add_library(word SHARED lib.cpp)
add_executable(use use.cpp)
target_link_libraries(use word)
add_test(NAME c COMMAND c)
a64_add_test(NAME expected COMMAND c EXPECTED_OUTPUT hello.expected)
add_test(NAME cxx COMMAND cxx)
add_test(NAME use COMMAND use ${CMAKE_SOURCE_DIR}/data/input.txt)
set_tests_properties(use PROPERTIES PASS_REGULAR_EXPRESSION "^library some data\n$")
add_test(NAME folder COMMAND use input.txt WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/data)
set_tests_properties(folder PROPERTIES PASS_REGULAR_EXPRESSION "^library some data\n$")
foreach(n RANGE 1 6)
    add_test(NAME more_${n} COMMAND c)
endforeach()
EOF
cross build -DCMAKE_BUILD_TYPE=Release
build build
run_ctest build
expect_match 'tests.tar.xz: 11 tests' "$kit" archive create build --output="$PLAIN/tests.tar.xz"
cd "$PLAIN"
tar -tf tests.tar.xz >list
! grep -E '\.o$|CMakeCache|Makefile' list || fail "object files are packed"
cp "my project/build/Testing/Temporary/CTestCostData.txt" costs
"$kit" shard plan "my project/build" -n 3 >plan
mv "my project" gone
# Programs that a worker has: no compiler, no libraries of the target at their old place.
mkdir programs
for program in ctest cmake bash sh cat tar xz sha256sum awk gawk mawk sed sort cut tr wc uname getconf mktemp rm mkdir readlink \
    dirname grep find paste date env id sleep head setpriv; do
    path=$(command -v $program) && ln -s "$path" programs/$program
done
chmod a+rx "$PLAIN"
chmod a+r tests.tar.xz
worker()
{
    uid=$((65530 + $1))
    mkdir "worker $1"
    as=
    if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
        chown $uid "worker $1"
        as="setpriv --reuid=$uid --regid=$uid --clear-groups"
    fi
    (cd "worker $1" && exec $as env -i PATH="$PLAIN/programs" HOME="$PLAIN/worker $1" A64RUN_SAVED=off SHARD=$1 SHARDS=3 \
        sh -c 'tar -xf ../tests.tar.xz && exec ./tests/run --shard=auto --junit="$PWD/result.xml"') >"worker $1.log" 2>&1
}
worker 1 &
first=$!
worker 3 &
third=$!
wait $first || fail "$(cat "worker 1.log")"
wait $third || fail "$(cat "worker 3.log")"
# The second never came to an end: there is no result, and the merge says which tests are lost.
expect_error '^lost: ' "$kit" junit merge --tests=plan "worker 1/result.xml" "worker 3/result.xml"
worker 2 || fail "$(cat "worker 2.log")"
expect "11 tests, 0 failed, 0 skipped, 0 disabled; 0 of 11 lost" \
    "$kit" junit merge --tests=plan --output=all.xml worker*/result.xml
# In one go, by the driver; what was changed on the way is noticed.
expect_match '100% tests passed, 0 tests failed out of 11' "$kit" archive run tests.tar.xz
mkdir changed
tar -xf tests.tar.xz -C changed
echo changed >>changed/tests/source/data/input.txt
expect_error 'what was unpacked is not what was packed' changed/tests/run
expect_one_line 'there is no nowhere.tar.xz' "$kit" archive run nowhere.tar.xz
expect_one_line 'archive: plan cannot be unpacked: tar: ' "$kit" archive run plan
expect_one_line 'output=FILE.tar.xz' "$kit" archive create gone/build
tar -cJf other.tar.xz costs
expect_one_line 'other.tar.xz was not made by a64kit archive create' "$kit" archive run other.tar.xz
cd "$SCRATCH"
