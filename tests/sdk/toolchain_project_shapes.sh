# SPDX-License-Identifier: MIT
# labels: quick
# Nested projects, a language enabled later, an old policy version, assembler, a second configure.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

hello_c
hello_cxx
mkdir nested
cat >answer.S <<'EOF'
    .globl answer
answer:
    mov w0, #42
    ret
    .section .note.GNU-stack,"",%progbits
EOF
cat >main.c <<'EOF'
int answer(void);
int main(void) { return answer() - 42; }
EOF
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.5)
project(outer C ASM)
enable_testing()
add_executable(asm main.c answer.S)
add_test(NAME asm COMMAND asm)
add_subdirectory(nested)
get_directory_property(flags DEFINITION CMAKE_EXE_LINKER_FLAGS)
message(STATUS "flags: ${flags}")
EOF
cat >nested/CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(inner C)
enable_language(CXX)
add_executable(cxx ../hello.cpp)
add_test(NAME cxx COMMAND cxx)
EOF
cross build -DAARCH64_INTERP=sysroot
[ "$(grep -o 'specs=' build.log | wc -l)" = 1 ] || fail "the flags are not given once: $(cat build.log)"
build build
run_ctest build
"$CMAKE" build >again.log 2>&1 || fail "$(cat again.log)"
build build
run_ctest build
