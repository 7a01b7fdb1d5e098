# SPDX-License-Identifier: MIT
# A relative -L means the folder it names at the start, also for a guest that goes elsewhere; and the log keeps out of
# the descriptors a guest counts on.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
mkdir -p root/etc
echo 'of the sysroot' >root/etc/a64kit-only-here
cat >visit.c <<'C'
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    char line[64];
    if (chdir("/") < 0)
        return 1;
    int fd = open("/etc/a64kit-only-here", O_RDONLY);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
    printf("%d %s", fd, f && fgets(line, sizeof line, f) ? line : "nothing\n");
    return 0;
}
C
"$CC" -static -o visit visit.c || fail "cannot compile"
run "$A64RUN" -L root ./visit
ends_with 'exit 0'
grep -q '^[0-9] of the sysroot$' out || fail "not the file in the sysroot"
succeeds "$(cat out)" "$A64RUN" -strace -D trace.txt -L root ./visit
grep -q a64kit-only-here trace.txt || fail "nothing in the trace"
