// SPDX-License-Identifier: MIT
// Faults of the host in guest accesses: where the thread stands, and how it leaves.
#include "base/die.h"
#include "engine/engine_internal.h"
#include "engine/native.h"
#include "engine/stats.h"

#include <ucontext.h>

void fault_pc(struct cpu *c)
{
    const struct eval_op *op = c->s.fault_op;
    uint64_t pc;
    if (!op) // known already: compiled code
        return;
    if (x64_is_call(op, &pc)) {
        c->s.pc = pc;
        return;
    }
    const struct block *b = c->engine->own;
    if (!b || op < b->code.ops || op >= b->code.ops + b->code.n_ops)
        b = blocks_of_op(op);
    assert_msg(b, "engine: fault outside of any block");
    c->s.pc = b->pc + 4 * eval_insn_of(&b->code, op);
}

// Continues an interrupted access in engine_run, on the thread's ordinary stack.
static NORETURN void land(struct engine_thread *e)
{
    _longjmp(e->recover, 1);
}

// Bit 1 of a page fault's error code (x86 SDM 3A, 4.7).
static bool writes(const void *ucontext)
{
    return ((const ucontext_t *)ucontext)->uc_mcontext.gregs[REG_ERR] & 2;
}

bool engine_host_fault(struct cpu *c, const siginfo_t *info, void *ucontext)
{
    struct engine_thread *e = c->engine;
    struct native_code *native =
        e && e->running
            ? native_code_at((void *)((ucontext_t *)ucontext)->uc_mcontext.gregs[REG_RIP])
            : NULL;
    if (!e || !(native || e->fetching || (e->running && c->s.fault_op)))
        return false;
    e->fault_info = *info;
    x64_env_recover(&c->s, &((ucontext_t *)ucontext)->uc_mcontext.fpregs->mxcsr);
    if (native) {
        e->steps = native_recover(c, native, ucontext);
        c->s.fault_op = NULL;
        stats_count(info->si_signo == SIGFPE     ? &engine_stats.exceptions
                    : info->si_code == SI_KERNEL ? &engine_stats.tags
                                                 : &engine_stats.faults);
        if (info->si_signo == SIGFPE) {
            e->excepting = native;
        } else if (info->si_code == SI_KERNEL) {
            // An address with a tag, or one that is none: only the evaluator knows which.
            e->tagged = native;
            e->steps = 1;
        }
    }
    // The host knows which byte of an access that crosses pages it was, but nothing of addresses
    // that are not canonical, and of tags. What compiled code accesses has none.
    if (native && !e->steps) {
        c->s.fault_addr = (uint64_t)info->si_addr;
    } else if (!native && !e->fetching) {
        uint64_t pc;
        if (x64_is_call(c->s.fault_op, &pc))
            native_recover_call(c);
        bool known = info->si_code != SI_KERNEL;
        enum eval_access access = !known ? EVAL_UNKNOWN : writes(ucontext) ? EVAL_WRITE : EVAL_READ;
        uint64_t pointer = eval_fault_address(&c->s, c->s.fault_op, access);
        uint64_t tag = pointer >> 56 << 56;
        c->s.fault_addr = known ? tag | (uint64_t)info->si_addr << 8 >> 8 : pointer;
        c->s.arg = eval_fault_writes(&c->s, c->s.fault_op, access);
    }
    ucontext_t *uc = ucontext;
    // Call land(e) as if from the interrupted function: below its red zone, stack aligned as at a
    // call.
    uint64_t sp = ((uint64_t)uc->uc_mcontext.gregs[REG_RSP] - 256) & ~UINT64_C(15);
    uc->uc_mcontext.gregs[REG_RSP] = (greg_t)(sp - 8);
    uc->uc_mcontext.gregs[REG_RDI] = (greg_t)e;
    uc->uc_mcontext.gregs[REG_RIP] = (greg_t)land;
    return true;
}

const siginfo_t *engine_fault_info(const struct cpu *c)
{
    return &c->engine->fault_info;
}
