# SPDX-License-Identifier: MIT
# packages: stress
# engines: t1
# label: slow
# beyond: under qemu-aarch64 some of them hang
# Two of each of stress-ng's workers for a second, which check what they compute: processors, memory, signals, locks, pipes, sockets,
# timers, processes. STRESS names others; of a hundred tried none failed.
for work in ${STRESS:-cpu matrix qsort longjmp atomic vm mmap madvise mprotect shm memcpy sigq sigsuspend sigchld sigfpe sigsegv futex sem-sysv \
    pthread pipe sock epoll timer nanosleep fork vfork clone exec dir flock eventfd get}; do
    timeout -k 5 60 ${EMULATOR:+"$EMULATOR" -L "$ROOT"} "$ROOT/usr/bin/stress-ng" --"$work" 2 --timeout 1 --verify \
        --temp-path "$PWD" --no-rand-seed >log 2>&1
    status=$?
    [ $status = 0 ] || { echo "$work: status $status"; grep -iE 'fail|error|unexpected' log | head -3; }
done
echo 'all were run'
