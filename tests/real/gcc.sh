# SPDX-License-Identifier: MIT
# packages: gcc
# engines: t1
# beyond: the compilers start each other with execve, which qemu-aarch64 leaves to the kernel
# The guest's compilers, assembler and linker, each started by another, and what they made.
cp "$SOURCE_DIR"/programs/project/* .
here() {
    echo "## $*"
    timeout "${SECONDS_EACH:-120}" ${EMULATOR:+"$EMULATOR" -L "$ROOT"} "$@" 2>&1
    echo "-- status $?"
}
cat >hello.c <<'END'
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
static int less(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
int main(int argc, char **argv)
{
    int v[] = {5, 3, argc, 9};
    qsort(v, 4, sizeof v[0], less);
    printf("%s %d %d %.6f\n", argv[1], v[0], v[3], sqrt(argc));
    return 3;
}
END
step gcc -O2 -Wall -Wextra -o hello hello.c -lm
here ./hello word
step gcc -static -O0 -o hello_static hello.c -lm
here ./hello_static word
step gcc -c broken.c
echo 'int main(void) { return missing(); }' >broken.c
step gcc -w -o broken broken.c | sed 's|[^ ]*/cc[A-Za-z0-9]*\.o|cc.o|; s|2> .*aarch64-linux-gnu-ld: |2> ld: |'
step gcc -O2 -flto -o lto hello.c sum.c -lm
here ./lto word
step g++ -std=c++17 -O2 -g -c words.cc main.cc
step gcc -O2 -c sum.c
step g++ -o small main.o words.o sum.o -pthread
here ./small 3
here ./small 4
step ar rc libsum.a sum.o
step nm libsum.a
step size --format=berkeley missing.o
step make -j4 --no-print-directory -B small
step make --no-print-directory check
step make --no-print-directory lines
