#!/bin/bash
# SPDX-License-Identifier: MIT
# sdk.sh [clone|configure|ctest|size]...: what the SDK costs, all four without arguments.
#   clone      from `git clone` of this repository to the hello of ./a64kit hello, on a machine with the packages installed
#   configure  `cmake -B` of a project in C and C++, for this machine and for the target, best of 5
#   ctest      200 cases of GoogleTest found by gtest_discover_tests, run by ctest -j1 on both, best of 3
#   size       of what `cmake --install --strip` installs
# Seconds of wall clock and, in brackets, of processor time (user and system), which says more on a machine with other work.
# A64RUN: the emulator of configure and ctest, by default the kit's own, which is built when it is first wanted.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
toolchain=(-DCMAKE_TOOLCHAIN_FILE="$top/sdk/aarch64.cmake" ${A64RUN:+-DAARCH64_EMULATOR="$A64RUN"})
work=$(mktemp -d "${TMPDIR:-/tmp}/a64kit-bench.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
cd "$work"

# took RUNS COMMAND...: the least wall and processor time of so many, as "WALL CPU". $before is run before each.
before=true
took()
{
    local runs=$1 run TIMEFORMAT='%R %U %S'
    shift
    for ((run = 0; run < runs; run++)); do
        $before
        { time "$@" >out 2>&1 || touch failed; } 2>>times
        [ ! -e failed ] || { cat out >&2; exit 1; }
    done
    awk 'NR == 1 || $1 < wall { wall = $1 } NR == 1 || $2 + $3 < cpu { cpu = $2 + $3 } END { print wall, cpu }' times
    rm -f times
}

# compared WHAT NATIVE TARGET: a line with both and their ratios.
compared()
{
    set -- "$1" $2 $3
    awk -v what="$1" -v w0="$2" -v c0="$3" -v w1="$4" -v c1="$5" 'BEGIN {
        printf "%s: native %.2f s (%.2f), target %.2f s (%.2f), ratio %.2f (%.2f)\n", what, w0, c0, w1, c1, w1 / w0, c1 / c0 }'
}

clone()
{
    from_clone() { git clone -q "file://$top" clone && env -u AARCH64_EMULATOR HOME="$work" CCACHE_DISABLE=1 clone/a64kit hello; }
    set -- $(took 1 from_clone)
    grep -q '^Hello, World!$' out
    echo "clone to hello: $1 s ($2)"
}

configure()
{
    mkdir small
    printf 'int main() { return 0; }\n' | tee small/one.c >small/two.cpp
    printf '%s\n' 'cmake_minimum_required(VERSION 3.20)' 'project(small C CXX)' 'add_executable(one one.c)' \
        'add_executable(two two.cpp)' >small/CMakeLists.txt
    before='rm -rf small/build'
    local native target
    native=$(took 5 cmake -S small -B small/build)
    target=$(took 5 cmake -S small -B small/build "${toolchain[@]}")
    before=true
    compared configure "$native" "$target"
}

ctest_200()
{
    local gtest=/usr/src/googletest native target machine flags
    [ -e $gtest/CMakeLists.txt ] || { echo "ctest: there is no $gtest: apt-get install googletest" >&2; exit 1; }
    mkdir cases
    cat >cases/CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.20)
project(cases CXX)
enable_testing()
add_subdirectory($gtest gtest EXCLUDE_FROM_ALL)
include(GoogleTest)
add_executable(cases cases.cpp)
target_link_libraries(cases gtest_main)
gtest_discover_tests(cases DISCOVERY_MODE PRE_TEST)
END
    {
        echo '#include <gtest/gtest.h>'
        echo '#include <vector>'
        for ((i = 0; i < 200; i++)); do echo "TEST(Case, Number$i) { std::vector<int> v($i, 1); EXPECT_EQ(v.size(), ${i}u); }"; done
    } >cases/cases.cpp
    for machine in native target; do
        flags=()
        [ $machine = native ] || flags=("${toolchain[@]}")
        cmake -S cases -B "$machine" -DCMAKE_BUILD_TYPE=Release "${flags[@]}" >out
        cmake --build "$machine" -j2 >out
    done
    native=$(took 3 ctest --test-dir native)
    target=$(took 3 ctest --test-dir target)
    grep -q '100% tests passed, 0 tests failed out of 200' out
    compared 'ctest of 200 cases' "$native" "$target"
}

size()
{
    cmake -S "$top" -B kit -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF >out
    cmake --build kit -j2 >out
    cmake --install kit --strip --prefix "$work/installed" >out
    echo "installed: $(du -sk --apparent-size installed | cut -f1) KiB, of which a64run $(($(stat -c %s installed/bin/a64run) / 1024))"
}

[ $# -gt 0 ] || set -- clone configure ctest size
for what; do
    case $what in
    ctest) ctest_200 ;;
    clone | configure | size) $what ;;
    *) echo "sdk.sh: '$what' is not clone, configure, ctest or size" >&2; exit 2 ;;
    esac
done
