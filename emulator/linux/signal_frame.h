// SPDX-License-Identifier: MIT
// The frame arm64 Linux puts on the stack for a signal handler, byte for byte: unwinders, debuggers
// and garbage collectors read it.
#ifndef EMU_LINUX_SIGNAL_FRAME_H
#define EMU_LINUX_SIGNAL_FRAME_H

#include "linux/signal.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct guest_sigcontext {
    uint64_t fault_address;
    uint64_t regs[31];
    uint64_t sp, pc, pstate;
    uint8_t records[4096] __attribute__((aligned(16)));
};

struct guest_ucontext {
    uint64_t flags;
    uint64_t link;
    struct guest_stack stack;
    uint64_t sigmask;
    uint8_t unused[120];
    struct guest_sigcontext mcontext;
};

struct guest_rt_sigframe {
    uint8_t info[128]; // siginfo_t, the same on both architectures
    struct guest_ucontext uc;
};

// Follows the frame: lets frame-pointer unwinders cross it.
struct guest_frame_record {
    uint64_t fp, lr;
};

struct guest_record_head {
    uint32_t magic, size;
};

struct guest_fpsimd_context {
    struct guest_record_head head;
    uint32_t fpsr, fpcr;
    uint64_t vregs[32][2];
};

struct guest_esr_context {
    struct guest_record_head head;
    uint64_t esr;
};

struct guest_fpmr_context {
    struct guest_record_head head;
    uint64_t fpmr;
};

enum {
    FPSIMD_MAGIC = 0x46508001,
    ESR_MAGIC = 0x45535201,
    FPMR_MAGIC = 0x46504d52,
    EXTRA_MAGIC = 0x45585401
};

_Static_assert(sizeof(struct guest_sigcontext) == 4384, "struct sigcontext of arm64");
_Static_assert(offsetof(struct guest_sigcontext, records) == 288, "struct sigcontext of arm64");
_Static_assert(offsetof(struct guest_ucontext, mcontext) == 176, "struct ucontext of arm64");
_Static_assert(sizeof(struct guest_rt_sigframe) == 4688, "struct rt_sigframe of arm64");
_Static_assert(sizeof(struct guest_fpsimd_context) == 528, "struct fpsimd_context of arm64");

// AT_MINSIGSTKSZ: frame, frame record, and what aligning the stack may take.
enum {
    SIGNAL_FRAME_MIN_STACK =
        sizeof(struct guest_rt_sigframe) + sizeof(struct guest_frame_record) + 16
};
_Static_assert(SIGNAL_FRAME_MIN_STACK == 4720, "as the kernel says without SVE");

// Builds the frame for `action` on thread t's stack and enters the handler. `mask` is the mask to
// return to; esr goes to an esr_context if it is not 0. False: the stack cannot take it.
bool signal_push_frame(struct thread *t, const struct guest_sigaction *action,
                       const siginfo_t *info, uint64_t mask, uint64_t esr);

// Restores everything from the frame at sp; *mask receives the mask to set. False: it is not a
// valid frame.
bool signal_pop_frame(struct thread *t, uint64_t *mask);

// The stack as sigaltstack reports it for stack pointer sp.
struct guest_stack signal_altstack_at(const struct thread *t, uint64_t sp);

// Installs an alternate stack as sigaltstack does; 0 or -errno.
int64_t signal_set_altstack(struct thread *t, const struct guest_stack *stack, uint64_t sp);

#endif
