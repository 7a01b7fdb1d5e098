# SPDX-License-Identifier: MIT
# packages: stress
# engines: t1
# label: slow
# beyond: under qemu-aarch64 some of them hang
# Two of each of stress-ng's workers for a second, which check what they compute: processors, memory, signals, locks, pipes, sockets,
# timers, processes. Ends it badly or takes it much longer, the line says so.
for work in cpu matrix vecmath crypt hash qsort bsearch longjmp str wcs goto atomic lockbus branch \
    vm mmap mremap madvise malloc brk bigheap mlock stack shm memfd memcpy mprotect mincore msync \
    signal sigq sigpending sigrt sigsuspend sigchld sigabrt sigfd sigfpe sigsegv sigtrap kill \
    futex mutex sem sem-sysv msg mq pthread pipe pipeherd fifo splice vm-splice sock sockpair sockfd udp sockmany epoll poll \
    timer timerfd itimer nanosleep clock alarm fork vfork clone exec wait zombie daemon \
    dir dirdeep dentry rename link symlink fallocate flock lockf locka lease inotify eventfd getrandom get set sysinfo procfs; do
    timeout -k 5 60 ${EMULATOR:+"$EMULATOR" -L "$ROOT"} "$ROOT/usr/bin/stress-ng" --"$work" 2 --timeout 1 --verify \
        --temp-path "$PWD" --no-rand-seed >log 2>&1
    status=$?
    [ $status = 0 ] || { echo "$work: status $status"; grep -iE 'fail|error|unexpected' log | head -3; }
done
echo 'all were run'
