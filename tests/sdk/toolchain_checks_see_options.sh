# SPDX-License-Identifier: MIT
# labels: quick
# A check (try_compile) is compiled as the project is: with its -mcpu and its interpreter.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(checks LANGUAGES C)
include(CheckCSourceCompiles)
include(CheckIPOSupported)
check_c_source_compiles("
#ifndef __ARM_FEATURE_CRC32
#error no crc32
#endif
int main(void) { return 0; }" has_crc)
file(WRITE ${CMAKE_BINARY_DIR}/t.c "int main(void) { return 0; }")
try_compile(ok ${CMAKE_BINARY_DIR}/t ${CMAKE_BINARY_DIR}/t.c COPY_FILE ${CMAKE_BINARY_DIR}/t.out)
check_ipo_supported(RESULT ipo)
# A check that is a whole project.
file(WRITE ${CMAKE_BINARY_DIR}/whole/CMakeLists.txt "cmake_minimum_required(VERSION 3.20)
project(whole C)
add_executable(whole ../t.c)
add_custom_command(TARGET whole POST_BUILD COMMAND cp whole \"${CMAKE_BINARY_DIR}/whole.out\")")
try_compile(whole ${CMAKE_BINARY_DIR}/whole/b ${CMAKE_BINARY_DIR}/whole whole)
message(STATUS "result: [${has_crc}] ${ok} ${ipo} ${whole} ${CMAKE_AR} ${CMAKE_C_COMPILER_AR} ${CMAKE_STRIP}")
EOF
cross plain
grep -q 'result: \[\] TRUE YES TRUE /[^ ]*aarch64-linux-gnu-ar /[^ ]*aarch64-linux-gnu-gcc-ar' plain.log ||
    fail "$(cat plain.log)"
cross a72 -DAARCH64_CPU=cortex-a72 -DAARCH64_INTERP=sysroot
grep -qE 'result: \[1\] TRUE YES TRUE' a72.log || fail "$(cat a72.log)"
expect /usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1 interpreter a72/t.out
expect /usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1 interpreter a72/whole.out
expect /lib/ld-linux-aarch64.so.1 interpreter plain/whole.out
