# SPDX-License-Identifier: MIT
# labels: quick, timeout: 300
# A user's own project with C, C++ and a shared library, in both interpreter modes.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

hello_c
hello_cxx
cat >greet.cpp <<'EOF'
#include <string>
std::string greet() { return "hello from a library"; }
EOF
cat >main.cpp <<'EOF'
#include <cstdio>
#include <string>
std::string greet();
int main() { std::puts(greet().c_str()); }
EOF
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(mine LANGUAGES C CXX)
enable_testing()
add_executable(c hello.c)
add_executable(cxx hello.cpp)
add_library(greet SHARED greet.cpp)
add_executable(lib main.cpp)
target_link_libraries(lib greet)
add_executable(static_c hello.c)
target_link_options(static_c PRIVATE -static)
add_executable(static_pie hello.c)
target_link_options(static_pie PRIVATE -static-pie)
target_compile_options(static_pie PRIVATE -fPIE)
foreach(test c cxx lib static_c static_pie)
    add_test(NAME ${test} COMMAND ${test})
    set_tests_properties(${test} PROPERTIES PASS_REGULAR_EXPRESSION "^hello from [^\n]+\n$")
endforeach()
EOF
cross target
build target
run_ctest target
expect /lib/ld-linux-aarch64.so.1 interpreter target/c
expect "" interpreter target/static_pie

cross sysroot -DAARCH64_INTERP=sysroot
build sysroot
run_ctest sysroot
for program in c cxx lib; do
    expect /usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1 interpreter sysroot/$program
    expect_match '\(RPATH\).*/usr/aarch64-linux-gnu/lib' readelf -d sysroot/$program
    expect_match '^hello from' "$A64RUN" -L / sysroot/$program
done
expect "" interpreter sysroot/static_c
expect "" interpreter sysroot/static_pie
