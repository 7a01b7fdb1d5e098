# SPDX-License-Identifier: MIT
# label: full
# Hang reports: on SIGTERM and after a time, what threads wait for, deadlocks; and that a program which goes on is not
# disturbed.
. "$SOURCE_DIR/lib/common.sh"
need_reporter
hang=$GUEST/hang.dynamic
# hangs mode 'regex' [option...]: ended by SIGTERM some time after it has begun; a busy machine gets more of it, until the
# report has that.
hangs() {
    mode=$1 regex=$2
    shift 2
    for pause in 0.5 2 10; do
        rm -f out
        "$A64RUN" "$@" "$hang" $mode >out 2>err &
        pid=$!
        while [ ! -s out ]; do sleep 0.05; done
        sleep $pause
        kill $pid
        wait $pid
        [ $? = 143 ] || fail 'not ended by SIGTERM'
        prints begin
        [ -z "$regex" ] || grep -qE -e "$regex" err && return
    done
    has "$regex" err
}
for hang in "$GUEST/hang.static" "$GUEST/hang.dynamic"; do
    hangs mutexes '^  deadlock: ' --hang-report
    has '^a64run: .*hang.* \(process [0-9]+\) is ended by SIGTERM; what it does:$' err
    has '^  deadlock: thread ([0-9]+) waits for the lock at 0x[0-9a-f]+ \((first|second)\) of thread ([0-9]+), thread \3 waits for the lock at 0x[0-9a-f]+ \((first|second)\) of thread \1$' err
    [ "$(grep -c '^  deadlock' err)" = 1 ] || fail 'not one deadlock'
    [ "$(grep -c '^    waits for the mutex at .*, which thread [0-9]* has$' err)" = 2 ] || fail 'not two wait'
    [ "$(grep -cE '^    #[0-9]+ +0x[0-9a-f]+ take\(std::mutex&, std::mutex&\) at /.*hang.cc:[0-9]+$' err)" = 2 ] || fail 'no two stacks'
    hangs self '^  deadlock: ' --hang-report
    has '^  deadlock: thread ([0-9]+) waits for the lock at 0x[0-9a-f]+ \((first|second)\) of thread \1$' err
    has 'it waits for itself$' err
    hangs join '^    waits for the end of thread [0-9]+$' --hang-report
    lacks deadlock err
    hangs rwlock '^    waits for the read-write lock of 0x[0-9a-f]+[^,]*, which thread [0-9]+ has$' --hang-report
    hangs left '^    waits for the mutex at 0x[0-9a-f]+ \(first\), which thread [0-9]+ has left locked' --hang-report
    hangs shared '^    waits for the mutex at 0x[0-9a-f]+, which thread [0-9]+ of another process \(hang' --hang-report
    hangs given '^  thread [0-9]+ "gave" in ppoll' --hang-report
    has '^  thread .* in futex\(0x[0-9a-f]+ .*FUTEX_LOCK_PI' err
    lacks deadlock err
    lacks 'waits for the mutex' err
    hangs file '^    waits for a lock of the file that process [0-9]+ \(hang' --hang-report
    hangs condition '^  thread .* in futex\(0x[0-9a-f]+ \(condition' --hang-report
    has '^    waits to be woken by a condition variable$' err
    hangs any_condition '^  thread .* in futex\(0x[0-9a-f]+ \(any_condition' --hang-report
    has '^    waits to be woken by a condition variable$' err
    has '^    #[0-9]+ .*std::_V2::condition_variable_any::wait<' err
    hangs future '^    waits for a result \(std::future\)$' --hang-report
    has '^    #[0-9]+ .* std::future<int>::get\(\) at ' err
    hangs barrier '^    waits at a barrier for other threads \(std::barrier\)$' --hang-report
    hangs latch '^  thread .* in futex\(0x[0-9a-f]+ \(gate\)' --hang-report
    has '^    waits for others to count down \(std::latch\)$' err
    hangs semaphore '^  thread .* in futex\(0x[0-9a-f]+ \(permits\)' --hang-report
    has '^    waits for a semaphore \(std::counting_semaphore\)$' err
    hangs atomic '^  thread .* in futex\(0x[0-9a-f]+ \(value\)' --hang-report
    has '^    waits for another value of a std::atomic$' err
    hangs sem_t '^  thread .* in futex\(0x[0-9a-f]+ \(counted\)' --hang-report
    # A shared libc without debugging information does not name the function that waits.
    case $hang in *.static) has '^    waits for a semaphore$' err ;; esac
    hangs named '^    #[0-9]+ +0x[0-9a-f]+ my_sem_wait\(\) at ' --hang-report
    lacks semaphore err
    hangs spin '^  thread .* runs:$' --hang-report
    has '^    #0 +0x[0-9a-f]+ spin\(long\)|^    #0 +.* spin' err
    has '#[0-9]+ +0x[0-9a-f]+ main at' err
    hangs read '^  thread .* in read\([0-9]+, 0x[0-9a-f]+, 1\):$' --hang-report
    has "^    descriptor [0-9]+ is pipe:.*, whose other end is this process's own descriptor [0-9]+$" err
done
# What ends the program may come to the reporter, too.
mkdir signalled
cp "$A64RUN" signalled/a64run
printf '#!/bin/sh\nkill -TERM $$\nexec "%s" "$@"\n' "$REPORTER" >signalled/a64report
chmod +x signalled/a64report
(
    A64RUN=$PWD/signalled/a64run
    hangs condition '^    #[0-9]+ +0x[0-9a-f]+ main at ' --hang-report
) || exit 1
# Not asked for: silence, and the same end; the program's own handler goes first.
hangs read ''
lacks '^a64run' err
run "$A64RUN" --hang-report "$GUEST/crash.static" null
ends_with 'signal 11'
quiet
rm out
"$A64RUN" --hang-report "$hang" handled >out 2>err &
pid=$!
while [ ! -s out ]; do sleep 0.05; done
kill $pid
wait $pid
[ $? = 33 ] || fail 'the handler did not run'
quiet
# Under ctest: only if ctest, or timeout, is who ends it.
export CTEST_INTERACTIVE_DEBUG_MODE=1
unset A64RUN_REPORT
timeout -s TERM 3 "$A64RUN" "$hang" read >out 2>err
has 'is ended by SIGTERM' err
timeout -s TERM 1 "$A64RUN" --hang-report=off "$hang" read >out 2>err
quiet
timeout -s TERM 1 "$A64RUN" --report=never "$hang" read >out 2>err
quiet
hangs read ''
quiet
unset CTEST_INTERACTIVE_DEBUG_MODE
# After a time, and the program goes on; its children too.
run "$A64RUN" --hang-report=3 "$hang" undisturbed
ends_with 'exit 0'
[ "$(cat out)" = "begin
undisturbed" ] || fail 'disturbed'
has '^a64run: .* still runs after 3 seconds; what it does:$' err
[ "$(grep -c '^a64run: .* still runs' err)" = 1 ] || fail 'not one report'
has '^  thread .* in ppoll\(' err
[ "$(grep -cE '^  thread .* in (clock_)?nanosleep\(' err)" = 2 ] || fail 'not two sleep'
timeout -s KILL 6 "$A64RUN" --hang-report=1 "$hang" fork >out 2>err
[ "$(grep -c '^a64run: .* still runs' err)" = 2 ] || fail 'not of both processes'
