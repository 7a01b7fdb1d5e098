# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# a64kit sweep: each call fails once; runs that crash and hang are found, in programs that are started too, and a right
# program has none.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

kit=$SOURCE_DIR/a64kit
cat >copy.c <<'END'
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int careful;

// The first line of a file: a file that is not there is looked for only by the careful.
static char *line(const char *name)
{
    FILE *f = fopen(name, "r");
    if (careful && !f)
        exit(3);
    char *s = malloc(100);
    if (!fgets(s, 100, f)) {
        if (careful)
            exit(3);
        *s = 0;
    }
    fclose(f);
    return s;
}

int main(int argc, char **argv)
{
    careful = strchr(argv[1], 'c') != NULL;
    if (strchr(argv[1], 's')) {
        int status = 1;
        if (!fork()) {
            execl(argv[0], argv[0], "x", (char *)NULL);
            _exit(9);
        }
        wait(&status);
        return status != 0;
    }
    char *s = line("data");
    int p[2];
    if (pipe(p) < 0)
        return 4;
    ssize_t r = write(p[1], s, strlen(s));
    if (careful && r != (ssize_t)strlen(s))
        return 5;
    char c;
    if (read(p[0], &c, 1) != 1) // nobody else has the pipe: waits for ever if nothing was written
        return 6;
    if (printf("%c\n", c) < 0 || fflush(stdout))
        return careful ? 7 : 0;
    return 0;
}
END
echo text >data
a64cc -O1 -g -o copy copy.c
expect_match '^[0-9]+ runs of [0-9]+: 0 crashed, 0 hung, [1-9][0-9]* failed with an exit status, [1-9][0-9]* unchanged, 0 exit' \
    "$kit" sweep ./copy c
expect_error '^run [0-9]+: openat\(AT_FDCWD, "data", O_RDONLY\) = -1 ENOENT: crashed: SIGSEGV$' "$kit" sweep --seconds=2 -j 2 ./copy x
[ "$status" = 1 ] || fail "exit status $status"
grep -q 'main at .*copy.c' error.log || fail 'no stack of the crash'
grep -qE '^run [0-9]+: write\([0-9], "text\\n", 5\) = -1 ENOSPC: hung: longer than 2 s$' error.log || fail 'no hang'
grep -qE 'in read\([0-9]' error.log || fail 'nothing about the hang'
# A program that it starts: the crash is found, though the exit status is 1.
expect_error '^run [0-9]+: openat\(.*crashed: in a program that it started; exit status 1$' "$kit" sweep --calls=openat ./copy s
# Output that is only wrong counts if that is asked for; what CI gets; one run again.
cat >careless.c <<'END'
#include <stdio.h>
int main(void)
{
    puts("result");
    return 0;
}
END
a64cc -O1 -o careless careless.c
expect_match '^1 runs of 1: 0 crashed, 0 hung, 0 failed with an exit status, 0 unchanged, 1 exit status 0 with another output' \
    "$kit" sweep --calls=write ./careless
expect_error '^run 1: write\(1, "result\\n", 7\) = -1 ENOSPC: wrong: exit status 0, but another output$' \
    "$kit" sweep --calls=write --strict --junit=sweep.xml --keep=kept ./careless
grep -q '<testcase name="run 1" classname="sweep"><failure message="wrong: .*">write(1, &quot;result' sweep.xml || fail "$(cat sweep.xml)"
[ -e kept/1.out ] && [ -e kept/1.err ] || fail 'nothing is kept'
expect_match '^1 runs of [0-9]*: 0 crashed' "$kit" sweep --runs=2 -- -E A=B ./copy c
# The same input in every run; an error of one's own.
cat >echo.c <<'END'
#include <stdio.h>
int main(void)
{
    int c = getchar();
    return ferror(stdin) ? 3 : c != 'x';
}
END
a64cc -O1 -o echo echo.c
echo x | "$kit" sweep --calls=read,fstat --error=EINTR ./echo >out || fail "$(cat out)"
grep -q '^[0-9]* runs of [0-9]*: 0 crashed, 0 hung, 1 failed' out || fail "$(cat out)"
# What cannot be.
expect_error 'sweep: the program fails before anything else does: exit status 1' "$kit" sweep ./echo
expect_one_line 'makes none of the system calls \(--calls=connect\)' "$kit" sweep --calls=connect ./careless
expect_error "'nothing' is neither a system call nor a class" "$kit" sweep --calls=nothing ./careless
expect_one_line 'there are [0-9]+$' "$kit" sweep --runs=1000-2000 ./careless
for wrong in --calls=write:EIO --seconds=x -jx --runs=x --runs=3-2 --verbose; do
    expect_error 'sweep' "$kit" sweep "$wrong" ./careless
done
expect_one_line 'name a program' "$kit" sweep
