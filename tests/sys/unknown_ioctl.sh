# SPDX-License-Identifier: MIT
# A command of ioctl that the emulator does not know is ENOTTY for the program, and one line of the log for whoever asks (-d unimp), with
# the parts of its number; a descriptor that is not open is EBADF first, and without -d nothing is said.
why='the log is ours'
. "${0%/*}/lib/ours.sh"
cat >asks.c <<'END'
#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
int main(void)
{
    const unsigned long unknown = _IOWR('~', 99, char[24]), other = 0x12345678;
    for (int i = 0; i < 3; i++)
        if (ioctl(0, unknown, "") != -1 || errno != ENOTTY)
            return 1;
    if (ioctl(0, other, 8) != -1 || errno != ENOTTY)
        return 2;
    return ioctl(999, unknown, "") != -1 || errno != EBADF ? 3 : 0;
}
END
"$CROSS_CC" -static -O1 -o asks asks.c || fail 'the program does not compile'
"$A64RUN" ./asks </dev/null >out 2>&1 || fail "exit status $?: $(cat out)"
[ ! -s out ] || fail "without -d it says: $(cat out)"
"$A64RUN" -d unimp -D log ./asks </dev/null >out 2>&1 || fail "exit status $?: $(cat out)"
[ ! -s out ] || fail "the log is in the output: $(cat out)"
[ "$(grep -c "ioctl 0xc0187e63 ('~' 99, 24 bytes) is not implemented" log)" = 1 ] || fail "the log is: $(cat log)"
[ "$(grep -c "ioctl 0x12345678 .* is not implemented" log)" = 1 ] || fail "the log is: $(cat log)"
# In a trace the call stands with its number.
"$A64RUN" -strace -D trace ./asks </dev/null >out 2>&1 || fail "exit status $?"
grep -q 'ioctl(0,.*) = -1 ENOTTY (Inappropriate ioctl for device)' trace || fail "the trace is: $(cat trace)"
echo ok
