// SPDX-License-Identifier: MIT
#include "linux/inject.h"

#include "base/bits.h"
#include "linux/host_call.h"
#include "linux/signal_host.h"
#include "linux/sys.h"
#include "linux/sys_trace.h"
#include "linux/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// What a file of run= holds; all programs of the run have it mapped. `sdk/libexec/sweep.sh` reads
// it. Calls of the dynamic linker do not count: most of its failures are its own message and the
// end, some of them (in glibc 2.36) a crash, and all programs would show them.
struct run {
    uint32_t magic, calls; // that were counted
    uint32_t hits;         // that a rule was followed in
    uint32_t pid;          // of the last of those
    char text[4080];       // that call, as the trace shows it
};
enum { RUN_MAGIC = 0x6e75726a };
_Static_assert(sizeof(struct run) == 4096, "sweep.sh knows the places");

// Files that are mapped already: several rules may count in one.
static struct {
    const char *path;
    struct run *run;
} runs[INJECT_RULES];

static struct run *run_of(const char *path)
{
    for (unsigned i = 0; i < INJECT_RULES && runs[i].path; i++)
        if (!strcmp(runs[i].path, path))
            return runs[i].run;
    return NULL;
}

// NULL with errno. A file that is empty begins with nothing counted.
static struct run *map_run(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return NULL;
    struct run *r = MAP_FAILED;
    errno = EINVAL;
    if (!fstat(fd, &st) && S_ISREG(st.st_mode) &&
        (st.st_size == sizeof *r || (!st.st_size && !ftruncate(fd, sizeof *r))))
        r = mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    int err = errno;
    close(fd);
    errno = err;
    uint32_t none = 0;
    if (r == MAP_FAILED)
        return NULL;
    if (!__atomic_compare_exchange_n(&r->magic, &none, RUN_MAGIC, false, __ATOMIC_RELAXED,
                                     __ATOMIC_RELAXED) &&
        none != RUN_MAGIC) {
        errno = EINVAL;
        return NULL;
    }
    return r;
}

bool inject_begin(const char **which)
{
    unsigned n = 0;
    for (unsigned nr = 0; nr < INJECT_CALLS; nr++) {
        const struct inject_rule *r = inject_rule_of(nr);
        if (!r || !r->run || run_of(r->run))
            continue;
        struct run *run = map_run(*which = r->run);
        if (!run)
            return false;
        runs[n].path = r->run;
        runs[n++].run = run;
    }
    return true;
}

static bool is_due(const struct inject_rule *r, uint32_t nth)
{
    return nth >= r->first && nth <= r->last && (nth - r->first) % r->step == 0;
}

// Whether t makes a call again that a signal has interrupted: it has been counted.
static bool is_again(struct thread *t)
{
    struct inject_counts *c = &t->injected;
    bool again = c->again_pc == t->cpu.s.pc && c->again_sp == t->cpu.sp;
    if (again)
        c->again_pc = 0;
    return again;
}

// Whether the dynamic linker makes the call, on the way into the program or for dlopen.
static bool is_linkers(const struct thread *t)
{
    return t->cpu.s.pc - process.interp_base < process.interp_size;
}

static bool is_due_in_run(const struct thread *t, const struct inject_rule *r)
{
    return !is_linkers(t) &&
           is_due(r, __atomic_add_fetch(&run_of(r->run)->calls, 1, __ATOMIC_RELAXED));
}

const struct inject_rule *inject_due(struct thread *t, unsigned nr)
{
    const struct inject_rule *r = inject_rule_of(nr);
    if (!r || is_again(t))
        return NULL;
    if (r->run)
        return is_due_in_run(t, r) ? r : NULL;
    uint16_t *calls = &t->injected.calls[nr];
    if (*calls < UINT16_MAX)
        ++*calls;
    else if (r->last != UINT32_MAX)
        return NULL;
    return is_due(r, *calls) ? r : NULL;
}

// The delay belongs to the call: no signal cuts it short.
static void wait_for(uint64_t ns)
{
    struct timespec left = {.tv_sec = (time_t)(ns / 1000000000),
                            .tv_nsec = (long)(ns % 1000000000)};
    while (ns && host_call(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &left, &left) == -EINTR)
        ;
}

static void send(struct thread *t, int sig)
{
    siginfo_t info = {.si_signo = sig, .si_code = SI_TKILL};
    info.si_pid = getpid();
    info.si_uid = getuid();
    if (host_is_fault(sig))
        signal_send(t, &info);
    else
        host_call(SYS_tgkill, getpid(), t->tid, sig);
}

// Notes the call in the run's file, for whoever reads that.
static void note(const struct inject_rule *r, unsigned nr, const uint64_t args[6], int64_t result)
{
    struct run *run = r->run ? run_of(r->run) : NULL;
    char call[512];
    if (!run)
        return;
    trace_describe(nr, args, call, sizeof call);
    run->pid = (uint32_t)getpid();
    if (result < 0)
        snprintf(run->text, sizeof run->text, "%s = -1 %s", call, strerrorname_np((int)-result));
    else
        snprintf(run->text, sizeof run->text, "%s = %lld", call, (long long)result);
    __atomic_add_fetch(&run->hits, 1, __ATOMIC_RELEASE);
}

bool inject_before(struct thread *t, const struct inject_rule *r, unsigned nr,
                   const uint64_t args[6], int64_t *result)
{
    bool settled = r->result != INJECT_NONE;
    if (settled)
        *result = r->result == INJECT_LIKELY ? -inject_likely(nr) : r->value;
    note(r, nr, args, settled ? *result : 0);
    wait_for(r->delay_before);
    if (r->signal)
        send(t, r->signal);
    return settled;
}

// What the kernel makes of call `nr` if it sleeps when the signal comes.
static int64_t interrupted(unsigned nr)
{
    switch (nr) {
    case SYS_NR_ppoll:
    case SYS_NR_pselect6:
    case SYS_NR_epoll_pwait:
    case SYS_NR_epoll_pwait2:
    case SYS_NR_nanosleep:
    case SYS_NR_clock_nanosleep:
    case SYS_NR_rt_sigsuspend:
    case SYS_NR_rt_sigtimedwait:
    case SYS_NR_io_getevents:
    case SYS_NR_semop:
    case SYS_NR_semtimedop:
    case SYS_NR_msgsnd:
    case SYS_NR_msgrcv: return -ERESTARTNOHAND;
    case SYS_NR_read:
    case SYS_NR_readv:
    case SYS_NR_write:
    case SYS_NR_writev:
    case SYS_NR_openat:
    case SYS_NR_flock:
    case SYS_NR_fcntl:
    case SYS_NR_splice:
    case SYS_NR_sendfile:
    case SYS_NR_wait4:
    case SYS_NR_waitid:
    case SYS_NR_futex:
    case SYS_NR_accept:
    case SYS_NR_accept4:
    case SYS_NR_connect:
    case SYS_NR_recvfrom:
    case SYS_NR_recvmsg:
    case SYS_NR_sendto:
    case SYS_NR_sendmsg:
    case SYS_NR_mq_timedsend:
    case SYS_NR_mq_timedreceive: return -ERESTARTSYS;
    default: return -ERESTARTNOINTR;
    }
}

int64_t inject_behind(const struct inject_rule *r, unsigned nr, int64_t result)
{
    wait_for(r->delay_behind);
    if (r->signal && result == -ERESTARTNOINTR)
        return interrupted(nr);
    return result;
}

bool inject_pack(const struct thread *t, char *to, size_t size)
{
    size_t n = 0;
    to[0] = 0;
    for (unsigned nr = 0; nr < INJECT_CALLS && n + 16 < size; nr++)
        if (t->injected.calls[nr])
            n += (size_t)snprintf(to + n, size - n, "%s%u:%u", n ? "," : "", nr,
                                  t->injected.calls[nr]);
    return n;
}

bool inject_unpack(struct inject_counts *counts, const char *value)
{
    for (;;) {
        unsigned nr, calls;
        int n = 0;
        if (sscanf(value, "%u:%u%n", &nr, &calls, &n) != 2 || nr >= INJECT_CALLS ||
            calls > UINT16_MAX)
            return false;
        counts->calls[nr] = (uint16_t)calls;
        value += n;
        if (!*value)
            return true;
        if (*value++ != ',')
            return false;
    }
}
