# SPDX-License-Identifier: MIT
# --trace chooses calls, --trace-file says where they go: as text or as JSON, those of threads and of programs that are
# executed included; the guest cannot close it.
why='the trace is ours'
. "${0%/*}/lib/ours.sh"
# The names of the calls that are shown with these options, in one line.
calls() {
    rm -rf in && mkdir in
    (cd in && "$A64RUN" "$@" --trace-file=../log "$BIN/trace" >../out 2>&1) || blame "$* failed: $(cat out)"
    [ ! -s out ] || blame "$*: the trace went elsewhere"
    grep -oE '^[0-9]+ [a-z0-9_]+\(' log | sed 's/.* //; s/($//' | sort -u | tr '\n' ' '
}
expect() { # what they are, options
    want=$1
    shift
    got=$(calls "$@")
    [ "$got" = "$want" ] || blame "$*: $got, not $want"
}
expect 'connect socket ' --trace=net
expect 'connect socket ' --trace=%net
expect 'connect ' --trace=net,!socket
expect 'kill rt_sigaction ' --trace=signal
expect 'mmap ' --trace=mmap
expect 'clone exit_group wait4 ' --trace=process
expect 'lseek socket ' --trace=lseek,socket
expect 'connect openat ' --trace=fail,desc
expect 'openat readlinkat ' --trace=file,!newfstatat
case $(calls --trace=!%memory,!write) in
*brk* | *mmap* | *write*) blame 'what is excluded is shown' ;;
*openat*) ;;
*) blame 'what is not excluded is not shown' ;;
esac
A64RUN_TRACE_CALLS=net expect 'connect socket '
calls --trace=lseek,timing >/dev/null
grep -qE '^[0-9]+ [0-9]{9,}\.[0-9]{6} lseek\([0-9]+,0,SEEK_END\) = 8 <[0-9]+\.[0-9]{6}>$' log || blame 'no times'
"$A64RUN" --trace=opnat "$BIN/trace" >out 2>&1 && blame 'a misspelt call is accepted'
grep -q "opnat.*--trace=help" out || blame "no help with a misspelt call: $(cat out)"
"$A64RUN" --trace-file=none/log "$BIN/trace" >out 2>&1 && blame 'a file that cannot be made is accepted'
grep -q 'none/log' out || blame "the file is not named: $(cat out)"
"$A64RUN" --trace=help >out 2>&1 && grep -q '^  net ' out || blame '--trace=help lists no classes'

# A line of JSON: members in this order, strings with what JSON allows in them.
string='"([^"\\]|\\["\\]|\\u00[0-9a-f]{2})*"'
head="\\{\"pid\":[0-9]+,\"tid\":[0-9]+,\"time\":[0-9]+\\.[0-9]{6}"
call=",\"call\":\"[a-z0-9_]+\",\"nr\":[0-9]+,\"args\":\\{(\"[a-z0-9_]+\":$string,?)*\\},\"result\":(null|-?[0-9]+)"
tail="(,\"error\":\"E[A-Z0-9]+\")?(,\"duration\":[0-9]+\\.[0-9]{6})?"
other=",\"signal\":\"SIG[A-Z0-9_]+\",\"code\":$string,\"detail\":$string|,\"killed\":\"SIG[A-Z0-9]+\""
well_formed() {
    grep -vE "^$head($call$tail|$other)\\}$" "$1" >bad
    [ ! -s bad ] || blame "$1: $(head -1 bad)"
    if python3 -c '' 2>/dev/null; then
        python3 -c 'import json, sys; [json.loads(l) for l in open(sys.argv[1])]' "$1" || blame "$1 is not JSON"
    fi
}
rm -rf in && mkdir in
(cd in && "$A64RUN" --trace-file=../log.json "$BIN/trace") >out 2>&1 || blame "JSON: $(cat out)"
well_formed log.json
grep -qF '"buf":"\"line\\n\\0012\\\"\"","size":"8"},"result":8,' log.json ||
    blame 'no write in JSON'
grep -qF '"call":"pkey_alloc"' log.json && grep -qF '"result":-1,"error":"ENOSYS"' log.json || blame 'no error in JSON'
grep -q '"call":"exit_group".*"result":null}' log.json || blame 'no exit in JSON'

# Programs that are executed go on with the file, whatever their folder.
rm -rf in && mkdir in
(cd in && "$A64RUN" --trace=process --trace-file=../execs.jsonl "$BIN/exec") >out 2>&1 || blame "exec: $(cat out)"
well_formed execs.jsonl
grep -q '"call":"execve".*"result":null}' execs.jsonl || blame 'no execve in JSON'
[ "$(grep -c '"call":"exit_group"' execs.jsonl)" -gt 4 ] || blame 'the programs that are executed are not traced'
grep -q '"call":"openat"' execs.jsonl && blame 'they are not given the choice of calls'

# Threads at once, in text and in JSON.
rm -rf in && mkdir in
(cd in && "$A64RUN" --trace-file=../threads.json "$BIN/futex" && "$A64RUN" --trace-file=../threads.txt "$BIN/futex") >out 2>&1 ||
    blame "threads: $(cat out)"
well_formed threads.json
grep -vE '^[0-9]+ ([a-z0-9_]+\(|<\.\.\. |--- |\+\+\+ )' threads.txt >bad
[ ! -s bad ] || blame "threads: $(head -1 bad)"
unfinished=$(grep -c '<unfinished \.\.\.>$' threads.txt)
[ "$unfinished" -gt 0 ] || blame 'no call of the threads waits'

# The descriptor of the file is not the guest's.
rm -rf in && mkdir in
(cd in && "$A64RUN" --trace-file=../kept "$BIN/openat2") >out 2>&1 || blame "closed: $(cat out)"
grep -q 'close_range(' kept && tail -1 kept | grep -q 'exit_group(0) = ?' || blame 'the guest has closed the file'
exit $failed
