// SPDX-License-Identifier: MIT
// Building and taking apart the arm64 signal frame.
#include "linux/signal_frame.h"

#include "a64/feature.h"
#include "base/bits.h"
#include "linux/guest.h"
#include "linux/signal.h"
#include "linux/thread.h"
#include "linux/vdso.h"

#include <errno.h>
#include <string.h>

enum {
    GUEST_SA_RESTORER = 0x04000000,
    MIN_ALTSTACK = 5120, // MINSIGSTKSZ of arm64
};
// The records that are made here, and what ends them; as much of a frame as they take is written.
enum {
    RECORDS_MADE = sizeof(struct guest_fpsimd_context) + sizeof(struct guest_esr_context) +
                   sizeof(struct guest_fpmr_context) + sizeof(struct guest_record_head),
    FRAME_MADE = offsetof(struct guest_rt_sigframe, uc.mcontext.records) + RECORDS_MADE
};
#define SS_FLAGS_KEPT   (1u << 31) // SS_AUTODISARM
// What PSTATE cannot have in a user program: an exception level, AArch32, masked exceptions (M,
// DAIF).
#define PSTATE_NOT_USER 0x3df

static bool on_altstack(const struct thread *t, uint64_t sp)
{
    const struct guest_stack *s = &t->signals.altstack;
    if ((uint32_t)s->flags & SS_FLAGS_KEPT)
        return false;
    return sp > s->sp && sp - s->sp <= s->size;
}

struct guest_stack signal_altstack_at(const struct thread *t, uint64_t sp)
{
    struct guest_stack s = t->signals.altstack;
    uint32_t kept = (uint32_t)s.flags & SS_FLAGS_KEPT;
    s.flags = (int32_t)(kept | (s.size == 0 ? SS_DISABLE : on_altstack(t, sp) ? SS_ONSTACK : 0));
    return s;
}

int64_t signal_set_altstack(struct thread *t, const struct guest_stack *new, uint64_t sp)
{
    struct guest_stack s = *new;
    uint32_t mode = (uint32_t)s.flags & ~SS_FLAGS_KEPT;
    if (on_altstack(t, sp))
        return -EPERM;
    if (mode != 0 && mode != SS_ONSTACK && mode != SS_DISABLE)
        return -EINVAL;
    const struct guest_stack *old = &t->signals.altstack;
    if (s.sp == old->sp && s.size == old->size && s.flags == old->flags)
        return 0;
    if (mode == SS_DISABLE)
        s.sp = s.size = 0;
    else if (s.size < MIN_ALTSTACK)
        return -ENOMEM;
    s.pad = 0;
    t->signals.altstack = s;
    return 0;
}

static void fill_context(struct guest_rt_sigframe *f, const struct cpu *c, uint64_t fault_address,
                         uint64_t esr)
{
    struct guest_sigcontext *m = &f->uc.mcontext;
    m->fault_address = fault_address;
    memcpy(m->regs, c->x, sizeof m->regs);
    m->sp = c->sp;
    m->pc = c->s.pc;
    m->pstate = cpu_pstate(c);
    struct guest_fpsimd_context fp = {{FPSIMD_MAGIC, sizeof fp}, c->s.fp.fpsr, c->s.fp.fpcr, {{0}}};
    memcpy(fp.vregs, c->v, sizeof fp.vregs);
    memcpy(m->records, &fp, sizeof fp);
    uint8_t *next = m->records + sizeof fp;
    if (esr) {
        struct guest_esr_context e = {{ESR_MAGIC, sizeof e}, esr};
        memcpy(next, &e, sizeof e);
        next += sizeof e;
    }
    struct guest_fpmr_context mode = {{FPMR_MAGIC, sizeof mode}, c->fpmr};
    memcpy(next, &mode, sizeof mode);
}

bool signal_push_frame(struct thread *t, const struct guest_sigaction *a, const siginfo_t *info,
                       uint64_t mask, uint64_t esr)
{
    struct cpu *c = &t->cpu;
    uint64_t sp = c->sp;
    if (a->flags & SA_ONSTACK && t->signals.altstack.size && !on_altstack(t, sp))
        sp = t->signals.altstack.sp + t->signals.altstack.size;
    uint64_t record_at = round_down(sp, 16) - sizeof(struct guest_frame_record);
    uint64_t frame_at = record_at - sizeof(struct guest_rt_sigframe);
    if (frame_at > sp)
        return false;

    struct guest_rt_sigframe f;
    memset(&f, 0, FRAME_MADE);
    memcpy(f.info, info, sizeof f.info);
    f.uc.stack = signal_altstack_at(t, c->sp);
    f.uc.sigmask = mask;
    bool is_fault = info->si_code > 0 && info->si_code < SI_KERNEL &&
                    (info->si_signo == SIGSEGV || info->si_signo == SIGBUS);
    fill_context(&f, c, is_fault ? ir_untag((uint64_t)info->si_addr) : 0, esr);
    struct guest_frame_record record = {c->x[29], c->x[30]};
    uint64_t back = a->flags & GUEST_SA_RESTORER ? a->restorer : vdso_sigreturn();
    if (!guest_write(record_at, &record, sizeof record) || !guest_write(frame_at, &f, FRAME_MADE))
        return false;

    c->x[0] = (uint64_t)info->si_signo;
    if (a->flags & SA_SIGINFO) {
        c->x[1] = frame_at + offsetof(struct guest_rt_sigframe, info);
        c->x[2] = frame_at + offsetof(struct guest_rt_sigframe, uc);
    }
    c->sp = frame_at;
    c->x[29] = record_at;
    c->x[30] = back;
    c->s.pc = a->handler;
    c->pstate_bits &= ~(uint64_t)CPU_PSTATE_TCO;
    c->s.branch = a64_has(FEAT_BTI) ? IR_BRANCH_CALL : IR_BRANCH_RETURN;
    if ((uint32_t)t->signals.altstack.flags & SS_FLAGS_KEPT)
        t->signals.altstack = (struct guest_stack){.flags = SS_DISABLE};
    return true;
}

// Walks `end` bytes of records; the one that must be there goes to *fp, FPMR's to *fpmr if there is
// one.
static bool parse_records(const uint8_t *records, size_t end, struct guest_fpsimd_context *fp,
                          uint64_t *fpmr)
{
    bool have_fp = false, have_fpmr = false;
    struct guest_fpmr_context mode;
    size_t at = 0;
    while (end - at >= sizeof(struct guest_record_head)) {
        struct guest_record_head head;
        memcpy(&head, records + at, sizeof head);
        if (!head.magic)
            return head.size == 0 && have_fp;
        if (head.size < sizeof head || head.size > end - at || head.size % 16)
            return false;
        switch (head.magic) {
        case FPSIMD_MAGIC:
            if (have_fp || head.size != sizeof *fp)
                return false;
            memcpy(fp, records + at, sizeof *fp);
            have_fp = true;
            break;
        case FPMR_MAGIC:
            if (have_fpmr || head.size != sizeof mode)
                return false;
            memcpy(&mode, records + at, sizeof mode);
            *fpmr = mode.fpmr & FPMR_BITS;
            have_fpmr = true;
            break;
        case ESR_MAGIC: break;
        default: return false; // EXTRA_MAGIC too: none is ever made here
        }
        at += head.size;
    }
    return false;
}

// Reads the frame at sp, all of it if the records are not only those made here.
static bool read_frame(uint64_t sp, struct guest_rt_sigframe *f, struct guest_fpsimd_context *fp,
                       uint64_t *fpmr)
{
    const uint8_t *records = f->uc.mcontext.records;
    uint64_t mode = *fpmr;
    if (guest_read(f, sp, FRAME_MADE) && parse_records(records, RECORDS_MADE, fp, fpmr))
        return true;
    *fpmr = mode;
    return guest_read(f, sp, sizeof *f) &&
           parse_records(records, sizeof f->uc.mcontext.records, fp, fpmr);
}

bool signal_pop_frame(struct thread *t, uint64_t *mask)
{
    struct cpu *c = &t->cpu;
    struct guest_rt_sigframe f;
    struct guest_fpsimd_context fp;
    uint64_t fpmr = c->fpmr;
    if (c->sp & 15 || !read_frame(c->sp, &f, &fp, &fpmr))
        return false;
    const struct guest_sigcontext *m = &f.uc.mcontext;
    if (m->pstate & PSTATE_NOT_USER)
        return false;
    memcpy(c->x, m->regs, sizeof c->x);
    c->sp = m->sp;
    c->s.pc = m->pc;
    cpu_set_pstate(c, m->pstate);
    c->s.fp.fpsr = fp.fpsr & CPU_FPSR_BITS;
    c->s.fp.fpcr = fp.fpcr & a64_fpcr_bits();
    memcpy(c->v, fp.vregs, sizeof fp.vregs);
    c->fpmr = fpmr;
    c->s.monitor.size = 0;
    *mask = f.uc.sigmask;
    // As in the kernel, what is wrong with the saved stack is not reported.
    signal_set_altstack(t, &f.uc.stack, c->sp);
    return true;
}
