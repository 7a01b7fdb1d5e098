// SPDX-License-Identifier: MIT
// System calls: one row each, in linux/sys/*.c, the row being the head of the function's body:
//
//     SYSCALL3(64, write, ssize, fd, fd, in_buf, buf, size, count)
//     {
//         return host_call_blocking(t, SYS_write, fd, buf, count);
//     }
//
// that is: number, name, kind of the result, then kind and name of each argument. A kind
// (linux/sys_kinds.def) gives the argument's C type and how the trace prints it. The body sees
// `struct thread *t` and the arguments, and returns what the kernel would: a value or -errno, or
// an -ERESTART value from host_call_blocking, passed on. The row defines a global object named
// after its number, so that a number used twice does not link, and the dispatch table (linux/sys.c)
// is complete when the program is linked: nothing is registered or sorted at run time.
//
// Address arguments are guest addresses, which are host addresses. A body hands them to the host's
// kernel as they are (which answers -EFAULT itself) or reads and writes through linux/guest.h.
#ifndef EMU_LINUX_SYS_H
#define EMU_LINUX_SYS_H

#include "base/host.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ir_direct;
struct thread;

// C type of each kind of argument: sys_fd, sys_path, ...
#define SYS_KIND(id, type, printer, flags) typedef type sys_##id;
#include "linux/sys_kinds.def"
#undef SYS_KIND

enum sys_kind {
    SYS_KIND_NONE,
#define SYS_KIND(id, type, printer, flags) SYS_KIND_##id,
#include "linux/sys_kinds.def"
#undef SYS_KIND
    SYS_KIND_COUNT
};

// Number of each call: SYS_NR_openat, ...
enum sys_nr {
#define SYS_NAME(nr, name) SYS_NR_##name = nr,
#include "linux/sys_names.def"
#undef SYS_NAME
    SYS_NR_END
};

enum { SYS_ARGS = 6 };

struct sys_row {
    int64_t (*call)(struct thread *t, const uint64_t a[SYS_ARGS]);
    const char *name;
    const char *names; // of the arguments, with commas between
    const char *file;  // where the row stands, which says what it is about
    uint16_t nr;
    uint8_t ret;            // enum sys_kind
    uint8_t kind[SYS_ARGS]; // SYS_KIND_NONE after the last
};

// The row of call `nr`, or NULL.
const struct sys_row *sys_row_of(unsigned nr);

// Does system call `nr` for thread t and returns what the guest gets in X0. Logs it on channel
// strace. A number that the kernel has not is logged on channel unimp and is -ENOSYS. May return
// what linux/signal.h lists besides -errno (-ERESTARTSYS ...), for the run loop. May not return at
// all.
int64_t sys_call(struct thread *t, uint64_t nr, const uint64_t args[SYS_ARGS]);

// The calls of linux/sys_direct.def, for the engine / from now on none is made past sys_call. To be
// called before anybody is to see all calls, or something is to be seen at a call.
extern const struct ir_direct sys_direct;
void sys_look_at_all(void);

// The guest's soft limit on RLIMIT_AS or RLIMIT_DATA, which the host is not told of.
// RLIM_INFINITY if the guest has set none: the host's holds, and the host sees to it.
uint64_t sys_guest_limit(int resource);

// Descriptors of the log, of the trace, of a program without a path and of the emulator do not
// exist for the guest. The lowest of them that is at least `from`, or UINT_MAX. / Whether `fd` is
// one. / To be called when there is another: from now on all calls are looked at.
unsigned sys_next_own(unsigned from);
bool sys_is_own(int fd);
void sys_hide_own(void);

// From now on the thread `t` and all others of the process have that bit in `judged`.
void sys_judge_all(struct thread *t, uint32_t bit);

#define SYS_ROW_HEAD(nr_, name_)                                                        \
    _Static_assert(SYS_NR_##name_ == nr_, "system call " #name_ " has another number"); \
    extern const struct sys_row sys_row_##nr_
#define SYS_ROW(nr_, name_, ret_, names_, ...)                    \
    const struct sys_row sys_row_##nr_ = {.call = call_##name_,   \
                                          .name = #name_,         \
                                          .names = names_,        \
                                          .file = __FILE_NAME__,  \
                                          .nr = nr_,              \
                                          .ret = SYS_KIND_##ret_, \
                                          .kind = {__VA_ARGS__}}

// clang-format off
#define SYSCALL0(nr, name, ret)                                                                            \
    SYS_ROW_HEAD(nr, name);                                                                                \
    static int64_t sys_##name(struct thread *t);                                                           \
    static int64_t call_##name(struct thread *t, MAYBE_UNUSED const uint64_t a[SYS_ARGS])                  \
    { return sys_##name(t); }                                                                              \
    SYS_ROW(nr, name, ret, "", 0);                                                                             \
    static int64_t sys_##name(MAYBE_UNUSED struct thread *t)

#define SYSCALL1(nr, name, ret, k0, a0)                                                                    \
    SYS_ROW_HEAD(nr, name);                                                                                \
    static int64_t sys_##name(struct thread *t, sys_##k0);                                                 \
    static int64_t call_##name(struct thread *t, const uint64_t a[SYS_ARGS])                               \
    { return sys_##name(t, (sys_##k0)a[0]); }                                                              \
    SYS_ROW(nr, name, ret, #a0, SYS_KIND_##k0);                                                                 \
    static int64_t sys_##name(MAYBE_UNUSED struct thread *t, MAYBE_UNUSED sys_##k0 a0)

#define SYSCALL2(nr, name, ret, k0, a0, k1, a1)                                                            \
    SYS_ROW_HEAD(nr, name);                                                                                \
    static int64_t sys_##name(struct thread *t, sys_##k0, sys_##k1);                                       \
    static int64_t call_##name(struct thread *t, const uint64_t a[SYS_ARGS])                               \
    { return sys_##name(t, (sys_##k0)a[0], (sys_##k1)a[1]); }                                              \
    SYS_ROW(nr, name, ret, #a0 "," #a1, SYS_KIND_##k0, SYS_KIND_##k1);                                                  \
    static int64_t sys_##name(MAYBE_UNUSED struct thread *t, MAYBE_UNUSED sys_##k0 a0,                     \
                              MAYBE_UNUSED sys_##k1 a1)

#define SYSCALL3(nr, name, ret, k0, a0, k1, a1, k2, a2)                                                    \
    SYS_ROW_HEAD(nr, name);                                                                                \
    static int64_t sys_##name(struct thread *t, sys_##k0, sys_##k1, sys_##k2);                             \
    static int64_t call_##name(struct thread *t, const uint64_t a[SYS_ARGS])                               \
    { return sys_##name(t, (sys_##k0)a[0], (sys_##k1)a[1], (sys_##k2)a[2]); }                              \
    SYS_ROW(nr, name, ret, #a0 "," #a1 "," #a2, SYS_KIND_##k0, SYS_KIND_##k1, SYS_KIND_##k2);                                   \
    static int64_t sys_##name(MAYBE_UNUSED struct thread *t, MAYBE_UNUSED sys_##k0 a0,                     \
                              MAYBE_UNUSED sys_##k1 a1, MAYBE_UNUSED sys_##k2 a2)

#define SYSCALL4(nr, name, ret, k0, a0, k1, a1, k2, a2, k3, a3)                                            \
    SYS_ROW_HEAD(nr, name);                                                                                \
    static int64_t sys_##name(struct thread *t, sys_##k0, sys_##k1, sys_##k2, sys_##k3);                   \
    static int64_t call_##name(struct thread *t, const uint64_t a[SYS_ARGS])                               \
    { return sys_##name(t, (sys_##k0)a[0], (sys_##k1)a[1], (sys_##k2)a[2], (sys_##k3)a[3]); }              \
    SYS_ROW(nr, name, ret, #a0 "," #a1 "," #a2 "," #a3, SYS_KIND_##k0, SYS_KIND_##k1, SYS_KIND_##k2, SYS_KIND_##k3);                    \
    static int64_t sys_##name(MAYBE_UNUSED struct thread *t, MAYBE_UNUSED sys_##k0 a0,                     \
                              MAYBE_UNUSED sys_##k1 a1, MAYBE_UNUSED sys_##k2 a2,                          \
                              MAYBE_UNUSED sys_##k3 a3)

#define SYSCALL5(nr, name, ret, k0, a0, k1, a1, k2, a2, k3, a3, k4, a4)                                    \
    SYS_ROW_HEAD(nr, name);                                                                                \
    static int64_t sys_##name(struct thread *t, sys_##k0, sys_##k1, sys_##k2, sys_##k3, sys_##k4);         \
    static int64_t call_##name(struct thread *t, const uint64_t a[SYS_ARGS])                               \
    { return sys_##name(t, (sys_##k0)a[0], (sys_##k1)a[1], (sys_##k2)a[2], (sys_##k3)a[3],                 \
                        (sys_##k4)a[4]); }                                                                 \
    SYS_ROW(nr, name, ret, #a0 "," #a1 "," #a2 "," #a3 "," #a4, SYS_KIND_##k0, SYS_KIND_##k1, SYS_KIND_##k2, SYS_KIND_##k3, SYS_KIND_##k4);     \
    static int64_t sys_##name(MAYBE_UNUSED struct thread *t, MAYBE_UNUSED sys_##k0 a0,                     \
                              MAYBE_UNUSED sys_##k1 a1, MAYBE_UNUSED sys_##k2 a2,                          \
                              MAYBE_UNUSED sys_##k3 a3, MAYBE_UNUSED sys_##k4 a4)

#define SYSCALL6(nr, name, ret, k0, a0, k1, a1, k2, a2, k3, a3, k4, a4, k5, a5)                            \
    SYS_ROW_HEAD(nr, name);                                                                                \
    static int64_t sys_##name(struct thread *t, sys_##k0, sys_##k1, sys_##k2, sys_##k3, sys_##k4,          \
                              sys_##k5);                                                                   \
    static int64_t call_##name(struct thread *t, const uint64_t a[SYS_ARGS])                               \
    { return sys_##name(t, (sys_##k0)a[0], (sys_##k1)a[1], (sys_##k2)a[2], (sys_##k3)a[3],                 \
                        (sys_##k4)a[4], (sys_##k5)a[5]); }                                                 \
    SYS_ROW(nr, name, ret, #a0 "," #a1 "," #a2 "," #a3 "," #a4 "," #a5, SYS_KIND_##k0, SYS_KIND_##k1, SYS_KIND_##k2, SYS_KIND_##k3, SYS_KIND_##k4,      \
            SYS_KIND_##k5);                                                                                \
    static int64_t sys_##name(MAYBE_UNUSED struct thread *t, MAYBE_UNUSED sys_##k0 a0,                     \
                              MAYBE_UNUSED sys_##k1 a1, MAYBE_UNUSED sys_##k2 a2,                          \
                              MAYBE_UNUSED sys_##k3 a3, MAYBE_UNUSED sys_##k4 a4,                          \
                              MAYBE_UNUSED sys_##k5 a5)

// A call that is known and refused: the error, and the reason that the unimp channel gives once.
#define SYS_REFUSE(nr, name, error, why)                                                                   \
    SYS_ROW_HEAD(nr, name);                                                                                \
    static int64_t call_##name(MAYBE_UNUSED struct thread *t, MAYBE_UNUSED const uint64_t a[SYS_ARGS])     \
    { static bool said; return sys_refused(&said, #name, why, error); }                                    \
    SYS_ROW(nr, name, int, "x0,x1,x2", SYS_KIND_hex, SYS_KIND_hex, SYS_KIND_hex)
// clang-format on

// Logs once on channel unimp that `name` is refused because of `why`; returns -error.
int64_t sys_refused(bool *said, const char *name, const char *why, int error);

#endif
