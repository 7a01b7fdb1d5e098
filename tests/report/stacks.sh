# SPDX-License-Identifier: MIT
# label: full
# The stacks of a crash report: inlined functions, no frame pointers, static and dynamic programs, without debug
# information, through handlers, of threads and children; and the same from a core file.
. "$SOURCE_DIR/lib/common.sh"
need_reporter
# report program mode ending [option...]
report() {
    program=$1 mode=$2 ending=$3
    shift 3
    run "$A64RUN" --report=always "$@" "$GUEST/$program" "$mode"
    ends_with "$ending"
    prints begin
    lacks '^  missing' err
}
# A line of a stack: #, number, address or `inlined`, function.
at='^    #[0-9]+ +(0x[0-9a-f]+|inlined) '
for program in crash.static crash.dynamic; do
    report $program null 'signal 11'
    has '^  instruction: ldr w[0-9]+, \[x0, #16\] \(b9401[0-9a-f]+\) at 0x[0-9a-f]+$' err
    has '^    #0 +inlined third at /.*/crash\.cc:[0-9]+$' err
    has '^    #1 +inlined middle at /.*/crash\.cc:[0-9]+$' err
    has '^    #2 +0x[0-9a-f]+ outer\(list const\*\) at /.*/crash\.cc:[0-9]+$' err
    has '^    #3 +0x[0-9a-f]+ main at /.*/crash\.cc:[0-9]+$' err
    has "$at""_start in $program" err
    has '^    x0   0000000000000000  x1 ' err
    report $program handler 'signal 11'
    has "$at""on_signal\(int\) at .*crash\.cc" err
    has "$at""<return from a signal's handler>" err
    has 'interrupted by the signal$' err
    has "$at""raise in " err
    has "$at""main at " err
    report $program exception 'signal 6'
    has "$at""std::terminate\(\) in " err
    has "$at""raise_exception\(int\) at .*crash\.cc:[0-9]+$" err
    has "$at""main at " err
    report $program stack 'signal 11'
    has "$at""recurse\(char volatile\*, int\) at .*crash\.cc" err
    has '\.\.\. and the same frame [0-9]+ times more$' err
    has '#[0-9]{4} 0x[0-9a-f]+ main at' err
    [ "$(wc -l <err)" -lt 60 ] || fail 'too long'
    report $program thread 'signal 11'
    has "$at""outer\(list const\*\)" err
    has '^  thread [0-9]+ "crash.*" in futex\(' err
    has '^    waits for the end of thread [0-9]+$' err
    report $program fork 'exit 11'
    has "$at""outer\(list const\*\)" err
    report $program vfork 'exit 11'
    has "$at""outer\(list const\*\)" err
    report $program vforking 'signal 11'
    has "^  thread [0-9]+ \"crash.*\" in clone(3|)\(" err
    report $program nowhere 'signal 11'
    has '^    #0 +0x0000000000000040 \?\?$' err
    has '^    #1 +0x[0-9a-f]+ main at' err
    # Twelve threads: one dies, five wait for its lock, five sleep, one runs.
    report $program threads 'signal 11'
    [ "$(grep -c '^  thread ' err)" = 12 ] || fail 'not 12 threads'
    [ "$(grep -c '^    waits for the mutex at 0x[0-9a-f]* (held), which thread [0-9]* has$' err)" = 5 ] || fail 'not five wait'
    [ "$(grep -c '" in clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=999' err)" = 5 ] || fail 'not five sleep'
    [ "$(grep -c '^  thread .*" runs:$' err)" = 1 ] || fail 'not one runs'
    [ "$(grep -c "$at""std::lock_guard<std::mutex>::lock_guard" err | cut -d' ' -f1)" = 5 ] 2>/dev/null ||
        [ "$(grep -cE "inlined std::lock_guard<std::mutex>::lock_guard" err)" = 5 ] || fail 'lock_guard is not in five stacks'
    has 'inlined operator\(\) at .*crash\.cc:[0-9]+$' err
done
# Symbols alone.
report crash.plain null 'signal 11'
has '^    #0 +0x[0-9a-f]+ outer\(list const\*\) in crash\.plain\+0x[0-9a-f]+$' err
has '^    #1 +0x[0-9a-f]+ main in crash\.plain\+0x[0-9a-f]+$' err
# Return addresses that are signed, and landing pads.
report crash.signed null 'signal 11'
has '^    #3 +0x[0-9a-f]+ main at' err
report crash.signed handler 'signal 11'
has "$at""main at " err
# From a core file, which says the same.
run "$A64RUN" --report=always --core=the.core "$GUEST/crash.dynamic" threads
ends_with 'signal 11'
has '^  core file: /.*/the\.core$' err
"$REPORTER" the.core >again 2>complaints || fail 'the core file cannot be read'
[ ! -s complaints ] || fail "complaints: $(cat complaints)"
grep -v '^  core file' err | cmp -s - again || { diff err again; fail 'the report from the core file differs'; }
rm the.core
# Bad input.
for file in "$GUEST/crash.static" /dev/null missing; do
    "$REPORTER" "$file" >out 2>err && fail "$file is no core file"
    [ "$(wc -l <err)" = 1 ] && [ ! -s out ] || fail "$file: not one line"
    has '^a64report: ' err
done
