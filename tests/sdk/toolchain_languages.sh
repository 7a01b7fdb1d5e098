# SPDX-License-Identifier: MIT
# labels: full, timeout: 180
# C, C++, assembler and Fortran (where its compiler is there) in one project, with Ninja and with Makefiles.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

languages="C CXX ASM"
! command -v aarch64-linux-gnu-gfortran >/dev/null || languages="$languages Fortran"
hello_cxx
cat >answer.S <<'EOF2'
    .globl answer
    .type answer, %function
answer:
    mov w0, #42
    ret
    .size answer, . - answer
    .section .note.GNU-stack, "", %progbits
EOF2
cat >main.c <<'EOF2'
#include <stdio.h>
int answer(void);
int main(void) { return printf("%d\n", answer()) != 3; }
EOF2
cat >sum.f90 <<'EOF2'
program sum_up
    integer :: i
    print '(i0)', sum([(i * i, i = 1, 10)])
end program
EOF2
cat >CMakeLists.txt <<EOF2
cmake_minimum_required(VERSION 3.20)
project(languages LANGUAGES $languages)
enable_testing()
add_executable(c main.c answer.S)
add_executable(cxx hello.cpp)
add_test(NAME c COMMAND c)
set_tests_properties(c PROPERTIES PASS_REGULAR_EXPRESSION "^42\n$")
add_test(NAME cxx COMMAND cxx)
if("Fortran" IN_LIST CMAKE_PROJECT_LANGUAGES OR CMAKE_Fortran_COMPILER)
    add_executable(fortran sum.f90)
    add_test(NAME fortran COMMAND fortran)
    set_tests_properties(fortran PROPERTIES PASS_REGULAR_EXPRESSION "^385\n$")
endif()
EOF2
for generator in Ninja "Unix Makefiles"; do
    case $generator in
    Ninja) program=ninja ;;
    *) program=make ;;
    esac
    command -v $program >/dev/null || { echo "$program is not installed: not tried"; continue; }
    cross $program -G "$generator" -DAARCH64_CPU=cortex-a72
    build $program
    run_ctest $program
    for file in c cxx $([ "$languages" = "${languages%Fortran}" ] || echo fortran); do
        expect_match AArch64 readelf -h $program/$file
    done
done
