// SPDX-License-Identifier: MIT
/*
 * Rules about system calls: what a filter sees and computes, each of its answers, which of several
 * counts, and who inherits them.
 */
// beyond: seccomp
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/ucontext.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARCH     (GUEST_ARM64 ? AUDIT_ARCH_AARCH64 : AUDIT_ARCH_X86_64)
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at)
#define ARG(n)   (offsetof(struct seccomp_data, args) + 8 * (n))
#define RET(v)   BPF_STMT(BPF_RET | BPF_K, v)
#define IF_NR(call, answer)                                                                   \
    LOAD(offsetof(struct seccomp_data, nr)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1), \
        RET(answer)
#define COUNT(a) (sizeof(a) / sizeof *(a))

enum { NOBODYS = 5000 }; // the number of no call

static long seccomp(unsigned op, unsigned flags, void *args)
{
    return syscall(SYS_seccomp, op, flags, args);
}

static long add(struct sock_filter *code, size_t n, unsigned flags)
{
    struct sock_fprog p = {(unsigned short)n, code};
    return seccomp(SECCOMP_SET_MODE_FILTER, flags, &p);
}
#define ADD(flags, ...) \
    add((struct sock_filter[]){__VA_ARGS__}, COUNT(((struct sock_filter[]){__VA_ARGS__})), flags)

// Adds a filter that answers so for call nr, and for no other.
static long rule(long nr, unsigned answer)
{
    return ADD(0, IF_NR((unsigned)nr, answer), RET(SECCOMP_RET_ALLOW));
}

// How a process ends that runs f: its wait status.
static int ends(void (*f)(void))
{
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        guest_failures = 0;
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        f();
        fflush(stdout);
        _exit(guest_failures ? 99 : 0);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    return status;
}
#define HOLDS(f)     CHECK(ends(f) == 0)
#define DIES(f, sig) CHECK((ends(f) & ~0x80) == (sig))

static void bad_requests(void)
{
    struct sock_filter allow = RET(SECCOMP_RET_ALLOW);
    struct sock_fprog p = {0, &allow};
    CHECK(seccomp(9, 0, NULL) < 0 && errno == EINVAL);
    CHECK(seccomp(SECCOMP_SET_MODE_STRICT, 1, NULL) < 0 && errno == EINVAL);
    CHECK(seccomp(SECCOMP_SET_MODE_STRICT, 0, &p) < 0 && errno == EINVAL);
    CHECK(seccomp(SECCOMP_SET_MODE_FILTER, 0, NULL) < 0 && errno == EFAULT);
    CHECK(seccomp(SECCOMP_SET_MODE_FILTER, 0, &p) < 0 && errno == EINVAL);
    p.len = BPF_MAXINSNS + 1;
    CHECK(seccomp(SECCOMP_SET_MODE_FILTER, 0, &p) < 0 && errno == EINVAL);
    p.len = 1;
    p.filter = (struct sock_filter *)8;
    CHECK(seccomp(SECCOMP_SET_MODE_FILTER, 0, &p) < 0 && errno == EFAULT);
    CHECK(add(&allow, 1, 1u << 20) < 0 && errno == EINVAL);
    CHECK(add(&allow, 1, SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_NEW_LISTENER) < 0 &&
          errno == EINVAL);
    CHECK(prctl(PR_SET_SECCOMP, 3, 0, 0, 0) < 0 && errno == EINVAL);
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 8, 0, 0) < 0 && errno == EFAULT);

    static const unsigned known[] = {SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD,
                                     SECCOMP_RET_TRAP,         SECCOMP_RET_ERRNO,
                                     SECCOMP_RET_TRACE,        SECCOMP_RET_LOG,
                                     SECCOMP_RET_ALLOW,        SECCOMP_RET_USER_NOTIF};
    unsigned action;
    for (size_t i = 0; i < COUNT(known); i++)
        CHECK(!seccomp(SECCOMP_GET_ACTION_AVAIL, 0, (void *)&known[i]));
    action = 0x12340000;
    CHECK(seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &action) < 0 && errno == EOPNOTSUPP);
    CHECK(seccomp(SECCOMP_GET_ACTION_AVAIL, 1, &action) < 0 && errno == EINVAL);
    CHECK(seccomp(SECCOMP_GET_ACTION_AVAIL, 0, NULL) < 0 && errno == EFAULT);
    struct seccomp_notif_sizes sizes;
    CHECK(!seccomp(SECCOMP_GET_NOTIF_SIZES, 0, &sizes));
    CHECK(sizes.seccomp_notif == sizeof(struct seccomp_notif) &&
          sizes.seccomp_data == sizeof(struct seccomp_data));
    CHECK(sizes.seccomp_notif_resp == sizeof(struct seccomp_notif_resp));
}

#define REFUSED(...) CHECK(ADD(0, __VA_ARGS__) < 0 && errno == EINVAL)
#define TAKEN(...)   CHECK(!ADD(0, __VA_ARGS__))

static void programs_that_are_none(void)
{
    REFUSED(LOAD(0));
    REFUSED(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), RET(SECCOMP_RET_ALLOW));
    REFUSED(BPF_STMT(BPF_JMP | BPF_JA, 1), RET(SECCOMP_RET_ALLOW));
    REFUSED(BPF_STMT(BPF_JMP | BPF_JA, 0xffffffff), RET(SECCOMP_RET_ALLOW));
    REFUSED(LOAD(sizeof(struct seccomp_data)), RET(SECCOMP_RET_ALLOW));
    REFUSED(LOAD(2), RET(SECCOMP_RET_ALLOW));
    REFUSED(BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0), RET(SECCOMP_RET_ALLOW));
    REFUSED(BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0), RET(SECCOMP_RET_ALLOW));
    REFUSED(BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), RET(SECCOMP_RET_ALLOW));
    REFUSED(BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 3), RET(SECCOMP_RET_ALLOW));
    REFUSED(BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), RET(SECCOMP_RET_ALLOW));
    REFUSED(BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32), RET(SECCOMP_RET_ALLOW));
    REFUSED(BPF_STMT(BPF_ST, BPF_MEMWORDS), RET(SECCOMP_RET_ALLOW));
    REFUSED(BPF_STMT(0xffff, 0), RET(SECCOMP_RET_ALLOW));
    REFUSED(BPF_STMT(BPF_RET | BPF_X, 0));
    // What is read from scratch has to be written on every way.
    REFUSED(BPF_STMT(BPF_LD | BPF_MEM, 0), RET(SECCOMP_RET_ALLOW));
    REFUSED(LOAD(0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0), BPF_STMT(BPF_ST, 3),
            BPF_STMT(BPF_LD | BPF_MEM, 3), RET(SECCOMP_RET_ALLOW));
    TAKEN(LOAD(0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0), BPF_STMT(BPF_ST, 3),
          BPF_STMT(BPF_STX, 3), BPF_STMT(BPF_LDX | BPF_MEM, 3), RET(SECCOMP_RET_ALLOW));
    TAKEN(BPF_STMT(BPF_JMP | BPF_JA, 1), BPF_STMT(BPF_RET | BPF_A, 0), RET(SECCOMP_RET_ALLOW));
}

// How many filters of this one instruction, over and over, and an end are taken: the kernel counts
// them in a form of its own.
static int taken(struct sock_filter one)
{
    static struct sock_filter code[BPF_MAXINSNS];
    const size_t last = 1000;
    for (size_t i = 1; i < last; i++)
        code[i] = one;
    code[0] = (struct sock_filter)BPF_STMT(BPF_LDX | BPF_IMM, 1);
    code[last - 2] = code[last - 1] = code[last] = (struct sock_filter)RET(SECCOMP_RET_ALLOW);
    int added = 0;
    while (added < 100 && !add(code, last + 1, 0))
        added++;
    CHECK(errno == ENOMEM);
    return added;
}
#define FITS(n, ...)                                        \
    if (!fork()) {                                          \
        CHECK(taken((struct sock_filter)__VA_ARGS__) == n); \
        fflush(stdout);                                     \
        _exit(guest_failures != 0);                         \
    }

static void many_programs(void)
{
    FITS(32, BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 1))
    FITS(32, BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0))
    FITS(32, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0))
    FITS(32, BPF_JUMP(BPF_JMP | BPF_JGE | BPF_X, 1, 0, 1))
    FITS(16, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 1))
    FITS(16, BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1, 0, 1))
    FITS(16, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xffffffff, 1, 0))
    FITS(10, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x80000000, 1, 1))
    FITS(16, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW))
    FITS(6, BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0))
    for (int i = 0, status; i < 10; i++)
        CHECK(wait(&status) > 0 && !status);
}

static struct sock_filter operation; // A and X are the call's first and second argument
static uint32_t operand[2], result;

// The filter computes and answers with the twelve lowest, then the next twelve, then the highest
// bits.
static void computes(void)
{
    for (unsigned piece = 0; piece < 3; piece++)
        CHECK(!ADD(0, LOAD(0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NOBODYS + piece, 1, 0),
                   RET(SECCOMP_RET_ALLOW), LOAD(ARG(1)), BPF_STMT(BPF_MISC | BPF_TAX, 0),
                   LOAD(ARG(0)), operation, BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 12 * piece),
                   BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x7ff),
                   BPF_STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO),
                   BPF_STMT(BPF_RET | BPF_A, 0)));
    for (unsigned piece = 0; piece < 3; piece++) {
        errno = 0;
        long r = syscall(NOBODYS + piece, (unsigned long)operand[0], (unsigned long)operand[1]);
        uint32_t want = result >> 12 * piece & 0x7ff;
        CHECK(want ? r < 0 && errno == (int)want : !r);
    }
}

static void arithmetic(void)
{
    static const uint32_t values[] = {0,  1,          5,          31,         32,
                                      33, 0x7fffffff, 0x80000000, 0xfedcba98, 0xffffffff};
    for (unsigned i = 0; i < 40; i++) {
        uint32_t a = operand[0] = values[guest_random() % COUNT(values)];
        uint32_t x = operand[1] = values[guest_random() % COUNT(values)];
        uint32_t k = values[1 + guest_random() % (COUNT(values) - 1)];
        const struct {
            unsigned code;
            uint32_t by_x, by_k;
        } all[] = {{BPF_ADD, a + x, a + k},
                   {BPF_SUB, a - x, a - k},
                   {BPF_MUL, a * x, a * k},
                   {BPF_AND, a & x, a & k},
                   {BPF_OR, a | x, a | k},
                   {BPF_XOR, a ^ x, a ^ k},
                   {BPF_DIV, x ? a / x : 1, a / k},
                   {BPF_LSH, a << (x & 31), a << (k & 31)},
                   {BPF_RSH, a >> (x & 31), a >> (k & 31)},
                   {BPF_NEG, -a, -a}};
        size_t o = guest_random() % COUNT(all);
        unsigned code = all[o].code;
        int by_x = code != BPF_NEG && guest_random() & 1;
        if (code == BPF_DIV && !x && by_x)
            continue; // below
        if (!by_x && (code == BPF_LSH || code == BPF_RSH))
            k &= 31;
        operation = (struct sock_filter)BPF_STMT(BPF_ALU | code | (by_x ? BPF_X : BPF_K), k);
        result = by_x ? all[o].by_x : all[o].by_k;
        HOLDS(computes);
    }
}

static void divides_by_zero(void) // the answer is 0: the thread is killed
{
    ADD(0, LOAD(0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NOBODYS, 1, 0), RET(SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_LDX | BPF_IMM, 0), BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0),
        RET(SECCOMP_RET_ALLOW));
    syscall(NOBODYS);
}

// The same number is seen whether it is a call or not, and so are all arguments, upper halves too.
static void what_is_seen(void)
{
    for (unsigned n = 0; n < 6; n++)
        CHECK(!ADD(0, LOAD(0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NOBODYS + n, 0, 5), LOAD(ARG(n)),
                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x89abcde0 + n, 0, 3), LOAD(ARG(n) + 4),
                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x01234560 + n, 0, 1),
                   RET(SECCOMP_RET_ERRNO | (100 + n)), RET(SECCOMP_RET_ALLOW)));
    for (unsigned n = 0; n < 6; n++) {
        unsigned long a[6] = {0};
        a[n] = 0x0123456089abcde0 + 0x100000001 * (unsigned long)n;
        CHECK(syscall(NOBODYS + n, a[0], a[1], a[2], a[3], a[4], a[5]) < 0 &&
              errno == (int)(100 + n));
        a[n] ^= 1ul << 63;
        CHECK(syscall(NOBODYS + n, a[0], a[1], a[2], a[3], a[4], a[5]) < 0 && errno == ENOSYS);
    }
    CHECK(!ADD(0, LOAD(0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6000, 1, 0), RET(SECCOMP_RET_ALLOW),
               LOAD(offsetof(struct seccomp_data, arch)),
               BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 0, 4),
               BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 64, 0, 2),
               LOAD(offsetof(struct seccomp_data, instruction_pointer) + 4),
               RET(SECCOMP_RET_ERRNO | 77), RET(SECCOMP_RET_ERRNO | 78)));
    CHECK(syscall(6000) < 0 && errno == 77);
}

static void errors(void)
{
    CHECK(!rule(SYS_getppid, SECCOMP_RET_ERRNO | EPERM));
    CHECK(!rule(SYS_getpgid, SECCOMP_RET_ERRNO | 0xffff));
    CHECK(!rule(SYS_getsid, SECCOMP_RET_ERRNO));
    CHECK(!rule(SYS_getuid, SECCOMP_RET_TRACE | 7));
    CHECK(!rule(SYS_geteuid, SECCOMP_RET_LOG));
    CHECK(!rule(SYS_getgid, SECCOMP_RET_USER_NOTIF));
    for (int i = 0; i < 100; i++) // also when it is compiled
        CHECK(syscall(SYS_getppid) == -1 && errno == EPERM);
    CHECK(syscall(SYS_getpgid, 0) == -1 && errno == 4095);
    CHECK(syscall(SYS_getsid, 0) == 0);
    CHECK(syscall(SYS_getuid) == -1 && errno == ENOSYS);
    CHECK(syscall(SYS_geteuid) >= 0);
    CHECK(syscall(SYS_getgid) == -1 && errno == ENOSYS);
    CHECK(prctl(PR_GET_SECCOMP) == SECCOMP_MODE_FILTER);
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) < 0 && errno == EINVAL);
}

static void which_counts(void)
{
    CHECK(!rule(SYS_getppid, SECCOMP_RET_ERRNO | 1));
    CHECK(!rule(SYS_getppid, SECCOMP_RET_ERRNO | 2));
    CHECK(!rule(SYS_getppid, SECCOMP_RET_TRACE));
    CHECK(!rule(SYS_getppid, SECCOMP_RET_LOG));
    CHECK(syscall(SYS_getppid) == -1 && errno == 2);
    CHECK(!rule(SYS_getppid, SECCOMP_RET_ERRNO | 3));
    CHECK(syscall(SYS_getppid) == -1 && errno == 3);
    CHECK(!rule(SYS_seccomp, SECCOMP_RET_ERRNO | EACCES));
    CHECK(rule(SYS_getuid, SECCOMP_RET_ERRNO) == -1 && errno == EACCES);
}

static siginfo_t seen;
static unsigned long first_argument;

static void on_trap(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)sig;
    seen = *info;
#if GUEST_ARM64
    first_argument = uc->uc_mcontext.regs[0];
    CHECK(uc->uc_mcontext.pc == (unsigned long)info->si_call_addr);
    uc->uc_mcontext.regs[0] = 1234;
#else
    first_argument = (unsigned long)uc->uc_mcontext.gregs[REG_RDI];
    uc->uc_mcontext.gregs[REG_RAX] = 1234;
#endif
}

static void trap(void)
{
    struct sigaction a = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
    sigaction(SIGSYS, &a, NULL);
    CHECK(!rule(NOBODYS, SECCOMP_RET_TRAP | 0xabcd));
    CHECK(!rule(SYS_getpgid, SECCOMP_RET_TRAP));
    CHECK(syscall(NOBODYS, 4321) == 1234);
    CHECK(seen.si_signo == SIGSYS && seen.si_code == 1 && seen.si_errno == 0xabcd);
    CHECK(seen.si_syscall == NOBODYS && seen.si_arch == ARCH && first_argument == 4321);
    for (int i = 0; i < 100; i++)
        CHECK(syscall(SYS_getpgid, i) == 1234 && first_argument == (unsigned long)i &&
              seen.si_syscall == SYS_getpgid);
}

static void trap_blocked(void)
{
    sigset_t all;
    sigfillset(&all);
    trap();
    sigprocmask(SIG_SETMASK, &all, NULL);
    syscall(NOBODYS);
}

static void trap_unhandled(void)
{
    rule(SYS_getppid, SECCOMP_RET_TRAP);
    syscall(SYS_getppid);
}

static void unknown_answer(void)
{
    rule(SYS_getppid, 0x00120000);
    syscall(SYS_getppid);
}

static void kill_thread(void)
{
    rule(SYS_getppid, SECCOMP_RET_KILL_THREAD);
    syscall(SYS_getppid);
}

static void *calls_getppid(void *unused)
{
    (void)unused;
    syscall(SYS_getppid);
    return (void *)1;
}

static void kill_one_of_two(void)
{
    pthread_t other;
    void *returned = NULL;
    rule(SYS_getppid, SECCOMP_RET_KILL_THREAD);
    pthread_create(&other, NULL, calls_getppid, NULL);
    CHECK(!pthread_join(other, &returned) && returned != (void *)1);
}

static void kill_both(void)
{
    pthread_t other;
    rule(SYS_getppid, SECCOMP_RET_KILL_PROCESS);
    pthread_create(&other, NULL, calls_getppid, NULL);
    for (;;)
        pause();
}

static void strict(void)
{
    char c = 1;
    int p[2];
    CHECK(!pipe(p));
    fflush(stdout);
    CHECK(!prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
    if (write(p[1], "x", 1) == 1 && read(p[0], &c, 1) == 1 && c == 'x')
        syscall(SYS_exit, 0);
}

static void strict_killed(void)
{
    seccomp(SECCOMP_SET_MODE_STRICT, 0, NULL);
    syscall(SYS_getppid);
}

static const char *self;

// In a program of its own.
static int as_told(void)
{
    char line[128];
    unsigned mode = 0, filters = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f)) {
        sscanf(line, "Seccomp: %u", &mode);
        sscanf(line, "Seccomp_filters: %u", &filters);
    }
    CHECK(mode == SECCOMP_MODE_FILTER && filters >= 2);
    CHECK(syscall(SYS_getppid) == -1 && errno == 55);
    CHECK(syscall(NOBODYS) == -1 && errno == 66);
    CHECK(prctl(PR_GET_SECCOMP) == SECCOMP_MODE_FILTER);
    return guest_failures ? 98 : 0;
}

static int exit_status_of(pid_t pid)
{
    int status = -1;
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
    return status;
}

static void *has_them(void *unused)
{
    (void)unused;
    return (void *)(long)(syscall(SYS_getppid) == -1 && errno == 55);
}

static void inherited(void)
{
    pthread_t other;
    void *returned = NULL;
    CHECK(!rule(SYS_getppid, SECCOMP_RET_ERRNO | 55));
    CHECK(!rule(NOBODYS, SECCOMP_RET_ERRNO | 66));
    pthread_create(&other, NULL, has_them, NULL);
    CHECK(!pthread_join(other, &returned) && returned);
    pid_t pid = fork();
    if (!pid)
        _exit(!has_them(NULL));
    CHECK(exit_status_of(pid) == 0);
    pid = vfork();
    if (!pid)
        _exit(syscall(SYS_getppid) != -1 || errno != 55);
    CHECK(exit_status_of(pid) == 0);
    pid = vfork();
    if (!pid) {
        execl(self, self, "told", NULL);
        _exit(97);
    }
    CHECK(exit_status_of(pid) == 0);
    // What a failed execve has made ready is gone again.
    int fd = dup(0);
    close(fd);
    CHECK(execl("/proc/self", "x", NULL) < 0);
    CHECK(dup(0) == fd);
    close(fd);
    execl(self, self, "told", NULL);
    CHECK(!"executed");
}

static pthread_barrier_t begun, ruled;
static int tid;
static unsigned own_rule; // of the other thread, or 0

static void *waits(void *unused)
{
    (void)unused;
    tid = (int)syscall(SYS_gettid);
    if (own_rule)
        CHECK(!rule(SYS_getgid, own_rule));
    pthread_barrier_wait(&begun);
    pthread_barrier_wait(&ruled);
    CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
    return (void *)(long)(syscall(SYS_getppid) == -1 && errno == 55);
}

// Whether the other thread has the rule that this one makes for all.
static int synchronised(long want, unsigned flags)
{
    pthread_t other;
    void *returned = NULL;
    pthread_barrier_init(&begun, NULL, 2);
    pthread_barrier_init(&ruled, NULL, 2);
    pthread_create(&other, NULL, waits, NULL);
    pthread_barrier_wait(&begun);
    errno = 0;
    long r = ADD(flags, IF_NR(SYS_getppid, SECCOMP_RET_ERRNO | 55), RET(SECCOMP_RET_ALLOW));
    CHECK(r == (want == 1 ? tid : want) && (want != -1 || errno == ESRCH));
    pthread_barrier_wait(&ruled);
    CHECK(!pthread_join(other, &returned));
    return returned != NULL;
}

static void synchronise(void)
{
    CHECK(!synchronised(0, 0));
    CHECK(synchronised(0, SECCOMP_FILTER_FLAG_TSYNC)); // it had begun with the first already
}

static void synchronise_unruled(void)
{
    CHECK(synchronised(0, SECCOMP_FILTER_FLAG_TSYNC));
}

static void synchronise_in_vain(void)
{
    own_rule = SECCOMP_RET_ERRNO | 3;
    CHECK(!synchronised(1, SECCOMP_FILTER_FLAG_TSYNC));
    CHECK(!synchronised(-1, SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH));
    own_rule = 0;
}

static void without_rights(void)
{
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        CHECK(!getuid() ? !setuid(65534) : 1);
        CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
              (rule(SYS_getppid, 0) < 0 && errno == EACCES));
        fflush(stdout);
        _exit(guest_failures != 0);
    }
    CHECK(exit_status_of(pid) == 0);
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc > 1)
        return as_told();
    CHECK(prctl(PR_GET_SECCOMP) == 0 || !GUEST_ARM64);
    without_rights();
    HOLDS(bad_requests);
    HOLDS(programs_that_are_none);
    HOLDS(many_programs);
    arithmetic();
    DIES(divides_by_zero, SIGSYS);
    HOLDS(what_is_seen);
    HOLDS(errors);
    HOLDS(which_counts);
    HOLDS(trap);
    DIES(trap_blocked, SIGSYS);
    DIES(trap_unhandled, SIGSYS);
    DIES(unknown_answer, SIGSYS);
    DIES(kill_thread, SIGSYS);
    HOLDS(kill_one_of_two);
    DIES(kill_both, SIGSYS);
    HOLDS(strict);
    DIES(strict_killed, SIGKILL);
    HOLDS(inherited);
    HOLDS(synchronise);
    HOLDS(synchronise_unruled);
    HOLDS(synchronise_in_vain);
    return guest_done();
}
