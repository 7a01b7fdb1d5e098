# SPDX-License-Identifier: MIT
# -h names every option and its variable, on one screen, and ends well.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
for option in -h -help --help; do
    run "$A64RUN" $option
    ends_with 'exit 0'
    quiet
    for word in -L -E -U -0 -s -r -cpu -strace --trace --trace-file -d -D --explain-sigill --saved -version -h; do
        grep -qE -e "(^|[ ,])$word([ ,=]|$)" out || fail "$option does not mention $word"
    done
    for name in LD_PREFIX SET_ENV UNSET_ENV ARGV0 STACK_SIZE UNAME CPU STRACE TRACE_CALLS TRACE_FILE LOG LOG_FILENAME EXPLAIN_SIGILL SAVED; do
        grep -q "A64RUN_$name" out || fail "$option does not mention A64RUN_$name"
    done
    grep -q QEMU_ out || fail 'the aliases are not mentioned'
    [ "$(awk '{ if (length($0) > m) m = length($0) } END { print m }' out)" -le 80 ] || fail "wider than a terminal"
    [ "$(wc -l <out)" -le 32 ] || fail "longer than a screen"
done
run "$A64RUN" --help-tools
ends_with 'exit 0'
quiet
for word in --tier --cache --returns --threshold --flush --compile --dump --dump-after --passes --no-pass --pass-limit --stats --check --perf --features A64RUN_TIER A64RUN_CACHE A64RUN_THRESHOLD A64RUN_FLUSH A64RUN_COMPILE A64RUN_STATS A64RUN_CHECK A64RUN_PERF docs/debugging.md; do
    grep -qF -e "$word" out || fail "--help-tools does not mention $word"
done
[ "$(awk '{ if (length($0) > m) m = length($0) } END { print m }' out)" -le 80 ] || fail "wider than a terminal"
[ "$(wc -l <out)" -le 32 ] || fail "longer than a screen"
