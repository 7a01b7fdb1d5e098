# SPDX-License-Identifier: MIT
# labels: quick
# Link-time optimisation: CMake finds it, archives have the plugin's symbols (gcc-ar), a function of a library is inlined.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(ipo LANGUAGES C CXX)
include(CheckIPOSupported)
check_ipo_supported(LANGUAGES C CXX)
set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
enable_testing()
add_library(parts STATIC part.c)
add_executable(whole whole.cpp)
target_link_libraries(whole PRIVATE parts)
add_test(NAME whole COMMAND whole)
EOF
printf 'int only_here(int i) { return i * 3; }\n' >part.c
printf 'extern "C" int only_here(int);\nint main() { return only_here(7) != 21; }\n' >whole.cpp
cross build -DCMAKE_BUILD_TYPE=Release
build build
run_ctest build
aarch64-linux-gnu-nm build/whole >names
! grep -q only_here names || fail "the function of the library was not inlined"
grep -q ' main$' names || fail "no names in the program"
