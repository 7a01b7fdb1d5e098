# SPDX-License-Identifier: MIT
# What a new thread cannot be given is refused, each with one line of the log (-d unimp), and no thread is made: a namespace of its own, and
# a maker that waits for its end.
why='the log is ours'
. "${0%/*}/lib/ours.sh"
cat >asks.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static char stack[65536];
static int made(void *arg) { (void)arg; _exit(9); }
int main(int argc, char **argv)
{
    int flags = (int)strtol(argv[argc - 1], NULL, 0);
    printf("%d ", clone(made, stack + sizeof stack, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | flags, NULL));
    printf("%s\n", strerrorname_np(errno));
    return 0;
}
END
"$CROSS_CC" -static -O1 -o asks asks.c || fail 'the program does not compile'
for asked in '0x40000000 EPERM a namespace' '0x04000000 EPERM a namespace' '0x4000 EINVAL to wait'; do
    set -- $asked
    "$A64RUN" -d unimp -D log ./asks "$1" >out 2>&1 || fail "exit status $?: $(cat out)"
    [ "$(cat out)" = "-1 $2" ] || fail "$1: $(cat out)"
    [ "$(grep -c "clone.*$3 $4.*thread" log)" = 1 ] || fail "the log is: $(cat log)"
done
echo ok
