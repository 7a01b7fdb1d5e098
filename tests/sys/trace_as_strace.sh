#!/bin/sh
# SPDX-License-Identifier: MIT
# The same program, traced by the host's strace on the host's kernel and by -strace, shows the same calls with the same
# arguments and results, as far as these are not addresses and the two write them alike.
why='the trace is ours'
. "${0%/*}/lib/ours.sh"
command -v strace >/dev/null || { echo "skipped: strace is not installed (apt-get install strace)"; exit 77; }
mkdir host guest
NATIVE=$(dirname "$BIN")/native
(cd host && strace -f -o ../host.all "$NATIVE/trace_calls") >out 2>&1 || { echo "skipped: strace does not work here: $(tail -n 1 out)"; exit 77; }
(cd guest && "$A64RUN" -d strace -D ../guest.all "$BIN/trace_calls") || exit 1

# Between the marks, without what differs by intent:
# - process, spaces, addresses;
# - flags that are one number with a name for each call (EPOLL_CLOEXEC is O_CLOEXEC) and their order;
# - arguments that the call does not use with these flags (of futex, mremap, prctl), which strace leaves out;
# - sets of signals, where strace drops SIG, and what strace adds in brackets behind a result.
normal() {
    sed -n '/close(1001)/,/close(1002)/p' "$1" | sed -E '
        s/^[0-9]+ +//
        s/, /,/g
        s/ += /= /
        s/0x[0-9a-f]+/ADDR/g
        s/\b(EPOLL|EFD|TFD|IN|SFD)_(CLOEXEC|NONBLOCK)/O_\2/g
        s/O_NOFOLLOW\|O_DIRECTORY/O_DIRECTORY|O_NOFOLLOW/
        s/^(fcntl\([0-9]+,F_GETFD\)= ).*/\1FLAGS/
        s/_PRIVATE\b/|FUTEX_PRIVATE_FLAG/
        s/^(futex\([^,]*,[^,]*,[^,)]*)[^)]*\)/\1)/
        s/^(mremap\([^,]*,[^,]*,[^,]*,0),NULL\)/\1)/
        s/^(prctl\([^,]*,).*\)=/\1...)=/
        s/RLIM64_INFINITY/RLIM_INFINITY/
        s/data=(\{.*\}|ADDR)\}/data=DATA}/
        s/\bSIG(USR1|TERM)( |\])/\1\2/g
        s/IPPROTO_IP\b/0/
        s/ \(PER_LINUX\)$//'
}
normal host.all >host.calls
normal guest.all >guest.calls
lines=$(wc -l <host.calls)
[ "$lines" -gt 70 ] || { echo "only $lines lines of strace are between the marks"; exit 1; }
diff host.calls guest.calls || { echo "FAIL: strace (<) and -strace (>) differ"; exit 1; }
