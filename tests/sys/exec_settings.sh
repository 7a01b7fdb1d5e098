# SPDX-License-Identifier: MIT
# The settings of the emulator go with it into the programs a guest executes, and its log does not land in their output.
why='programs are executed without help from the kernel'
. "${0%/*}/lib/ours.sh"
unset A64RUN_REPORT
A64RUN_SAVED=off
export A64RUN_SAVED
cat >info.c <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/utsname.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    struct utsname u;
    if (argc > 1 && !strcmp(argv[1], "words")) // of the emulator, seen by a program of the host
        return system("./words $PPID");
    if (argc > 1 && strcmp(argv[1], "-"))
        return execv(argv[1], argv + 1);
    uname(&u);
    printf("%s %s %d%s\n", u.release, u.machine, access("/only-in-sysroot", F_OK),
           getauxval(AT_HWCAP) >> 8 & 1 ? "" : " no atomics");
    return 0;
}
END
"$CROSS_CC" -static -O1 -o info info.c || fail 'the program does not compile'
# The host shows the guest's arguments in /proc/PID/cmdline: the emulator's are on its own stack, the highest memory.
cat >words.c <<'END'
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    char path[64], line[512];
    unsigned long start = 0, end = 0, a, b;
    (void)argc;
    snprintf(path, sizeof path, "/proc/%s/maps", argv[1]);
    FILE *maps = fopen(path, "r");
    while (maps && fgets(line, sizeof line, maps))
        if (sscanf(line, "%lx-%lx rw-p", &a, &b) == 2 && strstr(line, " rw-p ")) {
            start = a;
            end = b;
        }
    snprintf(path, sizeof path, "/proc/%s/mem", argv[1]);
    char *stack = malloc(end - start);
    if (pread(open(path, O_RDONLY), stack, end - start, (off_t)start) != (ssize_t)(end - start))
        return 1;
    char *word = memmem(stack, end - start, "\0a64run\0-", 9);
    for (word += !!word; word && strcmp(word, "words"); word += strlen(word) + 1)
        printf("%s ", word);
    return printf("words ") < 0;
}
END
"$CC" -o words words.c || fail 'the program that looks at words does not compile'
mkdir -p root && : >root/only-in-sysroot
said() {
    want=$1
    shift
    got=$("$@" 2>err)
    [ "$got" = "$want" ] || fail "$*: wanted '$want', got '$got'"
}
said '1.2.3-test aarch64 0' "$A64RUN" -L "$PWD/root" -r 1.2.3-test ./info ./info ./info
[ ! -s err ] || fail 'something is on stderr'
said '1.2.3-test aarch64 0' env -i "$A64RUN" -L "$PWD/root" -r 1.2.3-test ./info ./info
said '1.2.3-test aarch64 -1' "$A64RUN" -r 1.2.3-test ./info ./info
said '1.2.3-test aarch64 -1' "$A64RUN" -d strace -r 1.2.3-test ./info ./info
[ "$(grep -c ' uname(' err)" -ge 1 ] || fail 'the second program is not traced'
[ "$(grep -c ' execve(' err)" -eq 1 ] || fail 'the execve is not traced'
said '1.2.3-test aarch64 -1' "$A64RUN" -d strace -D log -r 1.2.3-test ./info ./info
[ ! -s err ] || fail 'the log is in the output'
grep -q ' execve(' log || fail 'the log is empty'
echo '#!./info -' >script && chmod +x script
said '9.9 aarch64 -1' "$A64RUN" -r 9.9 ./info ./script
said '9.9 aarch64 -1 no atomics' "$A64RUN" -r 9.9 -cpu cortex-a53 ./info ./info ./info
said '9.9 aarch64 -1 no atomics' env QEMU_CPU=max,lse=off "$A64RUN" -r 9.9 ./info ./info
# Every option that the table sends along arrives as it was given, by variable or as a word,
# once, in the order of the last occurrence.
words='a64run -cpu max --saved=off --tier=eval --threshold=60 --without=F16C -cpu max,lse=off --check -r 9.9 --cache=8M --returns=hash --without=SHA --tier=t1-7 -s ulimit '
said "$words--stats=$PWD/counts.json --explain-sigill=off -0 ./info ./info words " env -u CTEST_INTERACTIVE_DEBUG_MODE -u DASHBOARD_TEST_FROM_CTEST \
    A64RUN_TIER=eval QEMU_CPU=max A64RUN_WITHOUT=F16C A64RUN_THRESHOLD=60 "$A64RUN" -cpu max,lse=off --check --tier=t1-7 -s 9M -r 9.9 --cache=8M --returns=hash \
    --stats=counts.json --without=SHA --tier=t1-7 ./info ./info ./info ./info words
[ "$(wc -l <counts.json)" = 4 ] || fail "the four programs have not each reported: $(cat counts.json)"
# A program that is executed elsewhere reports to the same file, and a limit goes to programs of the host too.
cat >elsewhere.c <<'END'
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    struct rlimit limit = {300 << 20, RLIM_INFINITY};
    return argc < 2 || chdir("/") || setrlimit(RLIMIT_AS, &limit) || execv(argv[1], argv + 1);
}
END
"$CROSS_CC" -static -O1 -o elsewhere elsewhere.c || fail 'the program that goes elsewhere does not compile'
rm -f counts.json
said '9.9 aarch64 -1' "$A64RUN" -r 9.9 --stats=counts.json ./elsewhere "$PWD/info"
[ "$(wc -l <counts.json)" = 2 ] || fail "the two programs have not each reported: $(cat counts.json)"
said 307200 "$A64RUN" ./elsewhere /bin/sh -c 'ulimit -v'
# From this program to a script, one of the host, its script, and back, without a variable.
printf '#!/bin/sh\nexec "$@"\n' >host-script && chmod +x host-script
said '9.9 aarch64 -1' env -i "$A64RUN" -r 9.9 ./info ./script
said '9.9 aarch64 -1' env -i PATH="$PATH" "$A64RUN" -r 9.9 ./info ./host-script "$A64RUN" -r 9.9 ./info ./script
said 'said by the host' env -i PATH="$PATH" "$A64RUN" -r 9.9 ./info ./host-script echo said by the host
echo ok
