# SPDX-License-Identifier: MIT
# packages: valgrind
# engines: t1
# label: slow
# beyond: qemu-aarch64 is not asked, since programs have other addresses there
# Valgrind translates the program, and the emulator what it has made of it: code that is written anew all the time, in a process that
# has its own system calls, signals, threads and stacks. Its words, without numbers of processes and addresses.
place=$(mktemp -d) # its libraries go to LD_PRELOAD, which has no blanks
ln -s "$ROOT/usr/libexec/valgrind" "$place/lib"
VALGRIND_LIB=$place/lib
export VALGRIND_LIB
cat >wrong.c <<'END'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int shared;
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static void *racing(void *arg)
{
    for (int i = 0; i < 100; i++)
        shared++;
    return arg;
}
static void *locking(void *arg)
{
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
    return arg;
}
int main(int argc, char **argv)
{
    if (!strcmp(argv[1], "memory")) {
        char *p = malloc(10), *lost = malloc(33);
        int uninitialised[4];
        p[10] = 1;
        if (uninitialised[argc] == 123456)
            puts("something");
        free(p);
        printf("%d\n", p[3] == 0);
        free(p);
        lost = NULL;
        return lost != NULL;
    }
    pthread_t t[2];
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    for (int i = 0; i < 2; i++)
        pthread_create(t + i, NULL, strcmp(argv[1], "race") ? locking : racing, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
    puts("joined");
    return 0;
}
END
aarch64-linux-gnu-gcc -g -O0 -o wrong wrong.c -pthread || exit 1
checked() {
    echo "## $*"
    guest valgrind.bin -q --error-exitcode=9 "$@" >out 2>err
    echo "-- status $?"
    cat out
    sed -nE 's/^==[0-9]+==//; /(Invalid|Conditional|definitely|race|lock order|alloc.d|free.d|wrong.c:)/p' err |
        sed -E "s/0x[0-9A-Fa-f]+/ADDRESS/g; s|$ROOT||; s/ in loss record.*//; s/by thread #[0-9]+/by a thread/; s/[Tt]hread #[0-9]+/a thread/"
}
checked --leak-check=full ./wrong memory
checked --tool=helgrind ./wrong race | sort -u
checked --tool=helgrind ./wrong order | grep -E '##|--|joined|lock order' | uniq
checked --tool=drd ./wrong order | grep -E '##|--|joined'
checked "$ROOT/usr/bin/sort" --version | sed -n '1p; 3p' | sed "s|$ROOT||"
checked --tool=massif --massif-out-file=massif ./wrong order
grep -c '^snapshot=' massif | sed 's/[0-9]*/snapshots/'
checked --tool=callgrind --callgrind-out-file=calls ./wrong order
grep -q 'fn=.*main' calls && echo 'calls of main'
rm -r "$place"
