# SPDX-License-Identifier: MIT
# The limit on the stack that a program sets holds for the programs it executes, though the emulator was told another one.
why='A64RUN_STACK_SIZE is ours'
. "${0%/*}/lib/ours.sh"
cat >limit.c <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct rlimit limit;
    char next[16];
    int left = argc > 1 ? atoi(argv[1]) : 3;
    getrlimit(RLIMIT_STACK, &limit);
    printf("%lu\n", (unsigned long)limit.rlim_cur);
    fflush(stdout);
    if (!left)
        return 0;
    limit.rlim_cur = 4ul << 20;
    setrlimit(RLIMIT_STACK, &limit);
    snprintf(next, sizeof next, "%d", left - 1);
    execl(argv[0], argv[0], next, (char *)0);
    return 1;
}
END
"$CROSS_CC" -static limit.c -o limit || exit 1
failed=0
A64RUN_STACK_SIZE=64M "$A64RUN" "$PWD/limit" >by_environment || failed=1
"$A64RUN" -s 64M "$PWD/limit" >by_option || failed=1
printf '67108864\n4194304\n4194304\n4194304\n' >expected
for way in by_environment by_option; do
    cmp -s $way expected || { echo "FAIL: $way:"; cat $way; failed=1; }
done
"$A64RUN" -s ulimit "$PWD/limit" 0 >stays && [ "$(cat stays)" = "$(ulimit -s | awk '{ print $1 == "unlimited" ? 2 ^ 64 - 1 : $1 * 1024 }')" ] ||
    [ "$(ulimit -s)" = unlimited ] || { echo "FAIL: -s ulimit:"; cat stays; failed=1; }
exit $failed
