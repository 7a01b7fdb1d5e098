# SPDX-License-Identifier: MIT
# labels: quick
# CMAKE_SYSROOT is left alone for the cross packages, whose linker scripts hold whole paths: who sets it to their folder is
# told, and projects link, their own shared libraries and -static included.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(links LANGUAGES C)
enable_testing()
add_library(part SHARED part.c)
add_executable(whole whole.c)
target_link_libraries(whole part m)
add_executable(alone alone.c)
target_link_libraries(alone -static m)
add_test(NAME whole COMMAND whole)
add_test(NAME alone COMMAND alone)
message(STATUS "sysroot: [${CMAKE_SYSROOT}] [${CMAKE_SYSROOT_LINK}]")
EOF
echo 'int part(void) { return 4; }' >part.c
printf '#include <math.h>\nint part(void);\nint main(int argc, char **argv) { return (int)sqrt(argc * 16.0) - part(); }\n' >whole.c
printf '#include <math.h>\nint main(int argc, char **argv) { return (int)sqrt(argc * 16.0) - 4; }\n' >alone.c
cross build
grep -qF 'sysroot: [] []' build.log || fail "$(cat build.log)"
build build
run_ctest build
expect_error 'CMAKE_SYSROOT is /usr/aarch64-linux-gnu, with which nothing can be linked.*: leave it away' \
    "$CMAKE" -S . -B told -DCMAKE_TOOLCHAIN_FILE="$TOOLCHAIN" -DCMAKE_SYSROOT=/usr/aarch64-linux-gnu
