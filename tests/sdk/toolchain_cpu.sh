# SPDX-License-Identifier: MIT
# labels: quick
# AARCH64_CPU is the compiler's processor and the emulator's: what the compiler must not use, the program cannot.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(cpu C)
enable_testing()
add_executable(hwcap hwcap.c)
add_test(NAME hwcap COMMAND hwcap)
add_executable(lse lse.c)
add_test(NAME lse COMMAND lse)
END
cat >hwcap.c <<'END'
#include <stdio.h>
#include <sys/auxv.h>
int main(void)
{
    printf("hwcap %lx\n", getauxval(AT_HWCAP));
}
END
cat >lse.c <<'END'
int main(void)
{
    static long n;
    __asm__ volatile(".inst 0xf8200000" : : "r"(&n) : "x0", "memory");
    register long *p __asm__("x0") = &n;
    __asm__ volatile(".inst 0xf8210002" : : "r"(p) : "x2", "memory"); /* ldadd x1, x2, [x0] */
    return 0;
}
END
sed -i '/0xf8200000/d' lse.c
# cpu FOLDER AARCH64_CPU EXPECTED: what the test says of HWCAP.
cpu()
{
    cross "$1" "-DAARCH64_CPU=$2"
    build "$1"
    "$CTEST" --test-dir "$1" -V -R hwcap >ctest.log 2>&1 || fail "$(cat ctest.log)"
    grep -q "hwcap $3\$" ctest.log || fail "$2: $(cat ctest.log)"
}
cpu a72 cortex-a72 8ff
cpu a72nocrypto cortex-a72+nocrypto 887
cpu a53lse cortex-a53+lse 9ff
grep -qF '"-cpu" "cortex-a53,lse=on"' a53lse/CTestTestfile.cmake || fail "$(cat a53lse/CTestTestfile.cmake)"
# The program that uses what the processor has not says so under ctest.
! "$CTEST" --test-dir a72 -V -R lse >ctest.log 2>&1 || fail "an instruction that a Cortex-A72 lacks ran"
grep -q 'needs FEAT_LSE, which -cpu cortex-a72 lacks: ldadd x1, x2, \[x0\].* in main' ctest.log || fail "$(cat ctest.log)"
"$CTEST" --test-dir a53lse -R lse >ctest.log 2>&1 || fail "$(cat ctest.log)"
# What the emulator does not know runs on all it has, and is said once.
expect_match "has no processor thunderx" "$CMAKE" -S . -B thunder "-DCMAKE_TOOLCHAIN_FILE=$TOOLCHAIN" -DAARCH64_CPU=thunderx
! grep -q -e '"-cpu"' thunder/CTestTestfile.cmake || fail "$(cat thunder/CTestTestfile.cmake)"
# What the user says himself comes last, and counts.
cross own -DAARCH64_CPU=cortex-a72 "-DAARCH64_EMULATOR_ARGS=-cpu;max"
build own
"$CTEST" --test-dir own -R lse >ctest.log 2>&1 || fail "$(cat ctest.log)"
