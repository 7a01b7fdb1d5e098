# SPDX-License-Identifier: MIT
# label: full
# What a crash report says of the cause, and that the program ends as it does without a report.
. "$SOURCE_DIR/lib/common.sh"
need_reporter
# dies mode ending 'regex of the cause' [option...]
dies() {
    mode=$1 ending=$2 regex=$3
    shift 3
    for program in "$GUEST/crash.static" "$GUEST/crash.dynamic"; do
        run "$A64RUN" --report=always "$@" "$program" $mode
        ends_with "$ending"
        prints begin
        has "^a64run: /.*/crash\.(static|dynamic) \(process [0-9]+\) dies of SIG" err
        has "^  cause: $regex" err "$mode"
        [ "$(grep -c '^a64run: ' err)" -ge 2 ] || fail 'not one report'
    done
}
dies null 'signal 11' 'read of 0x10: a null pointer plus 0x10 \(base register x0 = 0\)$'
dies wild 'signal 11' 'read of 0x123456789000: nothing is mapped there'
dies noncanonical 'signal 11' 'read of 0xff123456789000: no address of a program'
dies stack 'signal 11' 'stack overflow: access to 0x[0-9a-f]+ below the end of a stack of [0-9]+ KiB \(limit'
dies altstack 'signal 11' 'stack overflow: access to 0x[0-9a-f]+ below the end of the alternate stack for signals, of 65536 bytes'
has "return from a signal's handler" err
dies filesize 'signal 25' 'the limit on the size of files is exceeded'
lacks 'a64report failed' err
dies munmap 'signal 11' 'read of 0x[0-9a-f]+004: use after munmap: 0x[0-9a-f]+ is 0x1004 bytes into a mapping of 0x4000 bytes that thread [0-9]+ has given back in '
dies unload 'signal 11' 'call of or jump to 0x[0-9a-f]+: use after unload: 0x[0-9a-f]+ is 0x40 bytes into .*crash\.(static|dynamic), which thread [0-9]+ has unloaded in '
dies readonly 'signal 11' 'write to 0x[0-9a-f]+: /.*crash\..* is not writable'
dies data 'signal 11' 'execution of data: 0x[0-9a-f]+ is in .*, which is not executable; x30 is 0x[0-9a-f]+ in main'
dies nowhere 'signal 11' 'call of or jump to 0x40: a null pointer to a function.* in main'
dies abort 'signal 6' 'the program has called abort$'
dies assert 'signal 6' 'the program has called abort$'
has "^  message: .*crash.cc:[0-9]+: int main\(int, char\*\*\): Assertion \`always == 2 && \"the reason\"' failed" err
dies exception 'signal 6' 'the program has called abort$'
has '^  message: an exception that nobody catches: std::runtime_error, "nobody catches this", thrown in raise_exception\(int\) at /.*crash.cc:[0-9]+$' err
dies noexcept 'signal 6' 'the program has called abort$'
has '^  message: an exception that comes to a function that lets none out .*: std::runtime_error, "nobody .*, thrown in raise_exception' err
dies lambda 'signal 6' 'the program has called abort$'
has '^  message: an exception that nobody catches: std::out_of_range, "in a thread", thrown in main::.*lambda.* at /.*crash.cc:[0-9]+$' err
has '^    #[0-9]+ +0x[0-9a-f]+ main::.*lambda.* at /.*crash.cc:[0-9]+$' err
dies number 'signal 6' 'the program has called abort$'
has '^  message: an exception that nobody catches: int, thrown in main at /.*crash.cc:[0-9]+$' err
dies undefined 'signal 4' 'udf #0: an instruction that is undefined for good'
dies trap 'signal 5' "brk #0x3e8: the compiler's __builtin_trap"
dies sysraise 'signal 31' 'raised by the program itself$'
dies pac 'signal 4' 'pointer authentication failed'
dies bti 'signal 4' 'indirect branch to 0x[0-9a-f]+, which is no landing pad \(BTI\)'
dies tag 'signal 11' 'access to 0x[0-9a-f]+ by a pointer with another tag \(MTE\): the pointer.s is 7, the memory.s 5'
dies aligned 'signal 7' 'access to 0x[0-9a-f]+, which is not aligned' -cpu max,lse2=off
dies file 'signal 7' 'access to 0x[0-9a-f]+ behind the end of the file'
dies lacks 'signal 4' 'the instruction needs FEAT_LSE, which -cpu cortex-a53 lacks' -cpu cortex-a53
dies kill 'signal 11' 'raised by the program itself'
# Of a signal by another process.
rm out
"$A64RUN" --report=always "$GUEST/hang.static" read >out 2>err &
pid=$!
while [ ! -s out ]; do sleep 0.05; done
kill -ABRT $pid
wait $pid
[ $? = 134 ] || fail 'not SIGABRT'
has "^  cause: sent by process [0-9]+ \(.*\)$" err
