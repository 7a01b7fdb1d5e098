# SPDX-License-Identifier: MIT
# Programs that run at the same time and write their traces to one file, of -D and of standard error: each line stands by itself, and each
# call that was interrupted by another's line goes on in a line of its own.
why='the trace is ours'
. "${0%/*}/lib/ours.sh"
cat >family.c <<'end'
#include <sys/wait.h>
#include <unistd.h>

// Six programs, each with children that keep it waiting.
int main(int argc, char **argv)
{
    if (argc == 1) {
        for (int i = 0; i < 6; i++)
            if (!fork()) {
                execl(argv[0], argv[0], "member", NULL);
                _exit(1);
            }
        while (wait(NULL) > 0)
            ;
        return 0;
    }
    for (int i = 0; i < 40; i++) {
        int ends[2];
        char byte;
        pipe(ends);
        if (!fork()) {
            usleep(200);
            write(ends[1], "x", 1);
            _exit(0);
        }
        read(ends[0], &byte, 1);
        wait(NULL);
        close(ends[0]);
        close(ends[1]);
    }
    return 0;
}
end
"$CROSS_CC" -O1 -static -w -o family family.c || exit 1
# FILE: its lines, and what is begun and resumed in them; a child's first line resumes what its parent has begun, and a program that is
# executed does not resume execve.
check() {
    grep -vE '^[0-9]+ ([a-z_0-9]+\(|<\.\.\. [a-z_0-9]+ resumed>).*( <unfinished \.\.\.>|\) = .*)$' "$1" >bad
    awk '/execve.* <unfinished/ || / clone resumed>\) = 0$/ { next }
         / resumed>/ { if (!begun[$1]) print $1, "resumes what it has not begun"; begun[$1] = 0 }
         / <unfinished/ { if (begun[$1]++) print $1, "has begun two calls" }' "$1" >>bad
    [ ! -s bad ] || { blame "in $1:"; head -n 5 bad; }
    [ "$(awk '{ print $1 }' "$1" | sort -u | wc -l)" -eq 247 ] || blame "$1 does not tell of 247 processes"
}
"$A64RUN" -strace -D log ./family || exit 1
check log
"$A64RUN" -strace ./family 2>err || exit 1
check err
exit $failed
