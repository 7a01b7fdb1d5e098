# SPDX-License-Identifier: MIT
# label: full
# Reports of processes that make it hard: their stack is lost or too deep, or nobody reads what is said.
. "$SOURCE_DIR/lib/common.sh"
need_reporter
for program in crash.static crash.dynamic crash.plain crash.signed; do
    for mode in nosp wildsp; do
        run timeout 60 "$A64RUN" --report=always "$GUEST/$program" $mode
        ends_with 'signal 11'
        has '^  registers:' err
        [ "$(grep -c '^    #' err)" -lt 8 ] || { cat err; fail "$program $mode: frames that are none"; }
        lacks ' more$' err
    done
    run timeout 60 "$A64RUN" --report=always "$GUEST/$program" narrow
    ends_with 'signal 11'
    has '^  cause: stack overflow: ' err
    has '^        \.\.\. and so on$' err
    [ "$(wc -l <err)" -lt 60 ] || fail 'too long'
done
# Standard error is a pipe that is full, and nobody reads: the program dies all the same, with the reporter and without.
mkfifo full
exec 7<>full
dd if=/dev/zero of=full bs=4096 count=100000 oflag=nonblock 2>dd.err && fail 'the pipe takes everything'
mkdir alone
cp "$A64RUN" alone/a64run
for emulator in "$A64RUN" alone/a64run; do
    timeout -s KILL 60 sh -c 'exec "$1" --report=always "$2" null 2>full' sh "$emulator" "$GUEST/crash.static" >out 2>err
    [ $? = 139 ] || fail "$emulator: not SIGSEGV"
done
