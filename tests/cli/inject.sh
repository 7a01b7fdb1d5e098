# SPDX-License-Identifier: MIT
# --inject: which calls a rule concerns, what becomes of them, and who counts: each thread its own calls by number, on into
# the programs that it executes.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
cat >calls.c <<'END'
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int caught;
static int ends[2];
static void count(int sig)
{
    caught += sig;
    write(ends[1], "x", 1);
}

static char seen[4096];

// ftruncate of a descriptor that is none: EBADF, unless something else is said.
static void *six(void *unused)
{
    char *to = seen + strlen(seen);
    for (int i = 0; i < 6; i++) {
        int r = ftruncate(-1, 0);
        to += sprintf(to, "%s ", r == -1 ? strerrorname_np(errno) : r ? "value" : "0");
    }
    return unused;
}

static void say(void)
{
    puts(seen);
    fflush(stdout);
    seen[0] = 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    pthread_t t;
    six(NULL);
    if (!strcmp(what, "thread") && !pthread_create(&t, NULL, six, NULL))
        pthread_join(t, NULL);
    say();
    if (!strcmp(what, "fork")) {
        if (!fork()) {
            six(NULL);
            say();
            _exit(0);
        }
        wait(NULL);
    }
    if (!strcmp(what, "exec"))
        execl(argv[0], argv[0], "again", (char *)NULL);
    if (!strcmp(what, "spawn"))
        return system(argv[2]);
    if (!strcmp(what, "signals")) {
        struct sigaction a = {.sa_handler = count};
        char c = 0;
        a.sa_flags = argc > 2 ? SA_RESTART : 0;
        sigaction(SIGUSR1, &a, NULL);
        sigaction(SIGRTMIN + 2, &a, NULL);
        sigaction(SIGSEGV, &a, NULL);
        pipe(ends);
        int r = read(ends[0], &c, 1); // waits until the handler writes
        printf("%d %s caught %d\n", r, r < 0 ? strerrorname_np(errno) : "-", caught);
    }
    if (!strcmp(what, "time")) {
        struct timespec from, to;
        clock_gettime(CLOCK_MONOTONIC, &from);
        ftruncate(-1, 0);
        clock_gettime(CLOCK_MONOTONIC, &to);
        printf("%d\n", (to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec - from.tv_nsec >= 60000000);
    }
    return 0;
}
END
"$CC" -D_GNU_SOURCE -O1 -static -pthread -o calls calls.c || fail 'cannot compile'
E=EBADF
# What six calls return with this rule.
six() {
    expected=$1
    shift
    succeeds "$expected " "$A64RUN" "$@" ./calls
}
six "$E $E ENOSPC $E $E $E" --inject=ftruncate:ENOSPC:when=3
six "$E $E ENOSPC $E $E $E" --inject=ftruncate:error=ENOSPC:when=3
six "$E $E ENOSPC $E $E $E" --inject=ftruncate:28:when=3
six 'EIO EIO EIO EIO EIO EIO' --inject=ftruncate:EIO
six "$E $E EIO EIO EIO EIO" --inject=ftruncate:EIO:when=3+
six "$E EIO $E $E EIO $E" --inject=ftruncate:EIO:when=2+3
six "$E EIO EIO EIO $E $E" --inject=ftruncate:EIO:when=2..4
six "EIO $E EIO $E EIO $E" --inject=ftruncate:EIO:when=1..5+2
six "$E $E $E $E $E $E" --inject=ftruncate:EIO:when=never
six "$E 0 $E $E $E $E" --inject=ftruncate:retval=0:when=2
six "$E value $E $E $E $E" --inject=ftruncate:retval=0x7fffffff:when=2
# Of several rules for a call the last holds; others have rules of their own.
six "$E $E EIO $E $E $E" --inject=ftruncate:ENOSPC:when=1 --inject=ftruncate:EIO:when=3
six "EIO $E $E $E $E $E" --inject=ftruncate:EIO:when=1 --inject=openat,read:EPERM
A64RUN_INJECT='read:EPERM  ftruncate:EIO:when=1'
export A64RUN_INJECT
six "EIO $E $E $E $E $E"
unset A64RUN_INJECT
# Sets.
six 'EIO EIO EIO EIO EIO EIO' --inject=desc,getpid:EIO:when=1+ --inject=%file,write,fstat,newfstatat,writev:retval=0:when=never
six 'EIO EIO EIO EIO EIO EIO' '--inject=!%file,memory,write,fstat,newfstatat,writev,exit,exit_group,set_tid_address,set_robust_list,rseq,prlimit64,getrandom,brk,rt_sigprocmask,ioctl,futex:EIO'
six "ENOSPC $E $E $E $E $E" --inject=?no_such_call,ftruncate:likely:when=1
# Each thread counts for itself, and so does each process; a program that is executed goes on.
run "$A64RUN" --inject=ftruncate:EIO:when=2 ./calls thread
prints "$E EIO $E $E $E $E $E EIO $E $E $E $E "
run "$A64RUN" --inject=ftruncate:EIO:when=2 ./calls fork
prints "$E EIO $E $E $E $E 
$E EIO $E $E $E $E "
run "$A64RUN" --inject=ftruncate:EIO:when=8 ./calls exec
prints "$E $E $E $E $E $E 
$E EIO $E $E $E $E "
run env A64RUN_INJECT=ftruncate:EIO:when=8 "$A64RUN" ./calls exec
prints "$E $E $E $E $E $E 
$E EIO $E $E $E $E "
# Signals: when the call begins, which is made.
succeeds "$E $E $E $E $E $E 
-1 EINTR caught 10" "$A64RUN" --inject=read:signal=SIGUSR1 ./calls signals
succeeds "$E $E $E $E $E $E 
1 - caught 10" "$A64RUN" --inject=read:signal=USR1 ./calls signals restart
succeeds "$E $E $E $E $E $E 
0 - caught 36" "$A64RUN" --inject=read:signal=SIGRTMIN+2:retval=0 ./calls signals restart
succeeds "$E $E $E $E $E $E 
-1 EPERM caught 11" "$A64RUN" --inject=read:signal=11:EPERM ./calls signals restart
run "$A64RUN" --inject=pipe2:signal=SIGABRT ./calls signals
ends_with 'signal 6'
# Time.
succeeds "$E $E $E $E $E $E 
1" "$A64RUN" --inject=ftruncate:delay_enter=30ms:delay_exit=30000:when=7 ./calls time
# The trace tells; the call is not made.
run "$A64RUN" --trace=ftruncate --inject=ftruncate:EIO:when=2 ./calls
grep -qE 'ftruncate\(-1,0\) = -1 EIO \(Input/output error\) \(INJECTED\)$' err || fail 'the trace does not tell'
[ "$(grep -c INJECTED err)" = 1 ] || fail 'INJECTED not once'
run "$A64RUN" --trace=ftruncate --trace-file=t.json --inject=ftruncate:EIO:when=2 ./calls
grep -q '"error":"EIO".*"injected":true' t.json || fail 'JSON does not tell'
[ "$(grep -c injected t.json)" = 1 ] || fail 'injected not once in JSON'
# All programs of a run count in one file.
rm -f count
run "$A64RUN" --inject="ftruncate:EIO:when=8:run=$PWD/count" ./calls fork
prints "$E $E $E $E $E $E 
$E EIO $E $E $E $E "
grep -aq 'ftruncate(-1, 0) = -1 EIO' count || fail 'the file does not tell'
run "$A64RUN" --inject="ftruncate:EIO:when=13:run=$PWD/count" ./calls
prints "EIO $E $E $E $E $E "
mkdir -p 'a folder: b'
run "$A64RUN" --inject="ftruncate:EIO:when=1:run=$PWD/a folder: b/count" ./calls
prints "EIO $E $E $E $E $E "
# What is no rule.
for rule in '' write no_such_call:EIO write:ENOTHING write:EIO:when=0 write:EIO:when=3..2 write:EIO:when=1+x write:EIO:when=70000 \
    write:retval=-1 write:EIO:retval=0 write:signal=SIGNONE write:signal=65 write:delay_enter=5x write:poke_enter=@arg1=00 \
    write:EIO:run=count write::EIO write:EIO:; do
    refuses '--inject=' "$A64RUN" "--inject=$rule" ./calls
done
refuses 'A64RUN_INJECT' env A64RUN_INJECT=x "$A64RUN" ./calls
refuses 'run=/proc/none empty' "$A64RUN" --inject=write:EIO:run=/proc/none ./calls
echo something else >other
refuses 'run= empty' "$A64RUN" --inject="write:EIO:run=$PWD/other" ./calls
refuses '--inject-counts' "$A64RUN" --inject-counts=1 ./calls
refuses '17|16' "$A64RUN" $(for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do echo "--inject=write:EIO:when=$i"; done) ./calls
