# SPDX-License-Identifier: MIT
# When there are reports, where they go, in which form; programs that are executed and those without a reporter.
. "$SOURCE_DIR/lib/common.sh"
need_reporter
crash=$GUEST/crash.static
silent() {
    run "$@"
    ends_with 'signal 11'
    prints begin
    quiet
}
speaks() {
    run "$@"
    ends_with 'signal 11'
    prints begin
    has '^  cause: read of 0x10: a null pointer' err
}
silent env -u A64RUN_REPORT "$A64RUN" "$crash" null
silent "$A64RUN" --report=never "$crash" null
silent env CTEST_INTERACTIVE_DEBUG_MODE=1 A64RUN_REPORT=never "$A64RUN" "$crash" null
speaks env -u A64RUN_REPORT CTEST_INTERACTIVE_DEBUG_MODE=1 "$A64RUN" "$crash" null
speaks env A64RUN_REPORT=always "$A64RUN" "$crash" null
if script -qec true /dev/null >/dev/null 2>&1; then
    script -qec "env -u A64RUN_REPORT '$A64RUN' '$crash' null" typescript >/dev/null 2>&1
    has 'cause: read of 0x10' typescript 'on a terminal'
fi
# What the program executes is reported on too, into the same file.
run "$A64RUN" --report-file=report "$crash" exec
ends_with 'signal 11'
quiet
has '^  cause: read of 0x10' report
# Words with a blank are quoted, as the shell wants them.
has "^  command: .*a64run.* '*--report-file=/.*/report'* .*crash.static'* null$" report
has "^  in folder: $PWD$" report
has '^  started by: ' report
has "^  under gdb: .* -g 1234 .*gdb-multiarch .*crash.static'* -ex .target remote localhost:1234.\$" report
run "$A64RUN" --report-file=report "$crash" fork
[ "$(grep -c '^  cause:' report)" = 2 ] || fail 'a second report is not behind the first'
has "^  started by: .*crash.static'* fork \(process" report
# The command is right also for a program that has gone elsewhere; JSON is that whatever the arguments are.
cp "$crash" here
run "$A64RUN" --report-file=moved.json ./here elsewhere "$(printf '\377\001"\\')"
has "\"folder\":\"/\",\"command\":\"'*/.*a64run'* .*-0 ./here '*/.*/here'* elsewhere " moved.json
if command -v python3 >/dev/null; then
    python3 -c 'import json; json.loads(open("moved.json").read())' || fail 'not JSON'
fi
# JSON: one line each, by the file's name or by option.
run "$A64RUN" --report-file=report.json "$crash" threads
run "$A64RUN" --report-file=report.json "$crash" handler
ends_with 'signal 11'
[ "$(wc -l <report.json)" = 2 ] || fail 'not two lines'
has '"kind":"crash","title":".*","program":"/.*crash.static","pid":[0-9]+,"signal":"SIGSEGV","code":"SEGV_MAPERR","address":"0x10"' report.json
has '"frames":\[\{"pc":"0x[0-9a-f]+","function":"third","file":"/.*/crash.cc","line":[0-9]+,"module":"/.*","offset":"0x[0-9a-f]+","inlined":true' report.json
has '"registers":\{"x0":"0x0",.*"pstate":"0x' report.json
has '"waits":"waits for the mutex at 0x[0-9a-f]+[^,]*, which thread [0-9]+ has","owner":[0-9]+' report.json
if command -v python3 >/dev/null; then
    python3 -c 'import json, sys
for line in open("report.json"):
    r = json.loads(line)
    assert r["threads"][0]["tid"] == r["pid"], r' || fail 'not JSON'
fi
run "$A64RUN" --report=always --report-format=json "$crash" null
has '^\{"kind":"crash"' err
# Without the reporter: what can be seen all the same, and what is missing.
mkdir alone
cp "$A64RUN" alone/a64run
speaks alone/a64run --report=always "$crash" null
has '^    #0 +0x[0-9a-f]+ _Z5outerPK4list.* in crash\.static\+0x' err
has '^    #1 +0x[0-9a-f]+ main.* in crash\.static\+0x' err
has '^  missing: source lines, .*a64report is not beside a64run \(apt-get install libdw-dev' err
# One that fails, or hangs for a while.
printf '#!/bin/sh\nexit 3\n' >alone/a64report
chmod +x alone/a64report
speaks alone/a64run --report=always "$crash" null
has '^  missing: .*a64report failed$' err
# The environment of the guest is not the reporter's.
speaks "$A64RUN" --report=always -E LD_PRELOAD=/none.so "$crash" null
lacks 'LD_PRELOAD' err
# Standard error may be closed.
run sh -c 'exec "$1" --report=always "$2" null 2>&-' sh "$A64RUN" "$crash"
prints begin
refuses 'never auto always' "$A64RUN" --report=maybe "$crash"
refuses 'text json' "$A64RUN" --report-format=xml "$crash"
refuses 'on off seconds' "$A64RUN" --hang-report=0 "$crash"
refuses 'on off seconds' "$A64RUN" --hang-report=soon "$crash"
refuses 'name' "$A64RUN" --report-file= "$crash"
run "$A64RUN" --report-file=none/missing/report "$crash" null
ends_with 'signal 11'
has '^a64run: --report-file: .*/none/missing/report: No such file' err
