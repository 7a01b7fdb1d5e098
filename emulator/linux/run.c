// SPDX-License-Identifier: MIT
// The life of a guest thread: run until something concerns the operating system, do that, run on.
#include "a64/insn.h"
#include "base/die.h"
#include "base/log.h"
#include "engine/engine.h"
#include "linux/explain.h"
#include "linux/guest.h"
#include "linux/robust.h"
#include "linux/stop.h"
#include "linux/sys.h"
#include "linux/tags.h"
#include "linux/thread.h"
#include "linux/tracer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// Exception syndromes as the kernel passes them in the esr_context (DDI 0487, ESR_EL1; exceptions
// from EL0).
enum {
    ESR_INSTRUCTION_ABORT = 0x20u << 26 | 1 << 25,
    ESR_DATA_ABORT = 0x24u << 26 | 1 << 25,
    ESR_PC_ALIGN = 0x22u << 26 | 1 << 25,
    ESR_SP_ALIGN = 0x26u << 26 | 1 << 25,
    ESR_PAC_FAIL = 0x1cu << 26 | 1 << 25, // with the key's number
    FSC_NO_ADDRESS = 4,                   // translation, level 0: beyond what programs may have
    FSC_TRANSLATION = 7,                  // level 3
    FSC_PERMISSION = 15,
    FSC_ALIGNMENT = 0x21,
    FSC_TAG_CHECK = 0x11,
    ESR_WRITE = 1 << 6,
    ESR_CACHE = 1 << 8, // cache maintenance
    // Of the host's page fault error code:
    HOST_ERROR_PRESENT = 1,
    HOST_ERROR_WRITE = 2,
};

static void raise_fault(struct thread *t, int sig, int code, uint64_t addr, uint64_t esr)
{
    siginfo_t info = {.si_signo = sig, .si_code = code};
    info.si_addr = (void *)addr;
    if (log_on(LOG_int))
        log_printf("exception: signal %d code %d address %#" PRIx64 " pc %#" PRIx64 "\n", sig, code,
                   addr, t->cpu.s.pc);
    signal_force(t, &info, esr);
}

// Whether a program could have memory there (48 bits of virtual addresses).
static bool is_address(uint64_t addr)
{
    return addr << 8 >> 56 == 0;
}

static void raise_fetch(struct thread *t)
{
    uint64_t pc = t->cpu.s.pc;
    // A mapping without PROT_EXEC, or a file shorter than its mapping.
    struct vma v;
    bool mapped = mm_find(pc, &v);
    if (mapped && v.prot & PROT_EXEC)
        raise_fault(t, SIGBUS, BUS_ADRERR, pc, ESR_INSTRUCTION_ABORT | FSC_TRANSLATION);
    else if (mapped)
        raise_fault(t, SIGSEGV, SEGV_ACCERR, pc, ESR_INSTRUCTION_ABORT | FSC_PERMISSION);
    else
        raise_fault(t, SIGSEGV, SEGV_MAPERR, pc,
                    ESR_INSTRUCTION_ABORT | (is_address(pc) ? FSC_TRANSLATION : FSC_NO_ADDRESS));
}

// DC and IC by address, but not DC ZVA and those that set tags: they store.
static bool is_cache_maintenance(uint32_t word)
{
    return (word & 0xfffff000) == 0xd50b7000 && (word >> 8 & 15) != 4;
}

static uint64_t data_abort(const struct thread *t, const siginfo_t *info)
{
    const struct cpu *c = &t->cpu;
    bool known = info->si_code != SI_KERNEL; // to the host
    bool write = known ? t->signals.fault_error & HOST_ERROR_WRITE : c->s.arg;
    bool present = known && t->signals.fault_error & HOST_ERROR_PRESENT;
    uint32_t word = 0;
    struct a64_decoded d;
    if (guest_read(&word, c->s.pc, 4) && write && a64_decode(word, &d) &&
        (d.insn->feature == FEAT_LSE || d.insn->feature == FEAT_LSE128)) {
        // An atomic instruction reads first.
        struct vma v;
        write = present = mm_find(ir_untag(c->s.fault_addr), &v) && v.prot & PROT_READ;
    }
    uint64_t esr = ESR_DATA_ABORT | (write ? ESR_WRITE : 0);
    if (is_cache_maintenance(word))
        esr |= ESR_CACHE | ESR_WRITE;
    if (!is_address(c->s.fault_addr))
        return esr | FSC_NO_ADDRESS;
    return esr | (present ? FSC_PERMISSION : FSC_TRANSLATION);
}

static void raise_memory_fault(struct thread *t)
{
    const siginfo_t *info = engine_fault_info(&t->cpu);
    int code = info->si_code;
    if (info->si_signo == SIGSEGV && code == SI_KERNEL)
        code = SEGV_MAPERR; // an address that is none at all
    raise_fault(t, info->si_signo, code, t->cpu.s.fault_addr, data_abort(t, info));
}

// Of the tag in a fault's address the architecture keeps the lower half, which is the one that was
// compared.
static void raise_tag_fault(struct thread *t)
{
    uint64_t addr = ir_untag(t->cpu.s.fault_addr), tag = ir_tag_of(t->cpu.s.fault_addr);
    addr = (addr & ~(UINT64_C(15) << 56)) | tag << 56;
    raise_fault(t, SIGSEGV, SEGV_MTESERR, addr,
                ESR_DATA_ABORT | FSC_TAG_CHECK | (t->cpu.s.arg ? ESR_WRITE : 0));
}

static void raise_undefined(struct thread *t, bool unimplemented)
{
    uint64_t pc = t->cpu.s.pc;
    uint32_t word = 0;
    if (guest_read(&word, pc, 4))
        explain_sigill(t, word, unimplemented);
    raise_fault(t, SIGILL, ILL_ILLOPC, pc, 0);
}

// Makes the system call that the registers ask for. True if a signal is to be delivered then, with
// *result.
static ALWAYS_INLINE bool make_call(struct thread *t, const uint64_t args[SYS_ARGS],
                                    int64_t *result)
{
    struct cpu *c = &t->cpu;
    t->syscall_x0 = c->x[0];
    int64_t r = *result = sys_call(t, c->x[8], args);
    if (signal_is_restart(r))
        return true;
    if (r != -SIGNAL_RETURNED)
        c->x[0] = (uint64_t)r;
    return signal_waiting(t);
}

// Whether a handler has returned and rt_sigreturn comes next, told as those that unwind stacks tell
// it: by the instructions. What is noted waits for it. A frame built there would be legal, but
// libgcc cannot unwind two frames one on the other, and threads come here often to be interrupted.
static COLD bool is_returning(const struct thread *t)
{
    enum { MOV_X8_RT_SIGRETURN = 0xd2801168, SVC_0 = 0xd4000001 };
    uint32_t insn[2];
    return guest_read(insn, t->cpu.s.pc, sizeof insn) && insn[0] == MOV_X8_RT_SIGRETURN &&
           insn[1] == SVC_0;
}

static void do_svc(struct thread *t)
{
    int64_t r;
    tags_report(t);
    if (signal_waiting(t) && t->cpu.x[8] != SYS_NR_rt_sigreturn) { // it came before the call
        t->cpu.s.pc -= 4;
        signal_deliver(t, 0);
        return;
    }
    if (unlikely(tracer_calls))
        tracer->call(t, true);
    const uint64_t *x = t->cpu.x, args[SYS_ARGS] = {x[0], x[1], x[2], x[3], x[4], x[5]};
    bool signalled = make_call(t, args, &r);
    // It may have been of no interest when it began.
    if (unlikely(tracer_calls) && !signal_is_restart(r)) {
        tracer->call(t, false);
        signalled = signal_waiting(t);
    }
    if (signalled)
        signal_deliver(t, r);
}

// Whether compiled code may make the call on its way (engine_os.service).
static bool is_plain(const struct cpu *c)
{
    switch ((uint32_t)c->x[8]) {
    case SYS_NR_clone:
    case SYS_NR_clone3:
    case SYS_NR_execve:
    case SYS_NR_execveat:
    case SYS_NR_exit:
    case SYS_NR_exit_group:
    case SYS_NR_rt_sigreturn: return false;
    default: return true;
    }
}

void thread_service(struct cpu *c)
{
    struct thread *t = thread_of(c);
    int64_t r;
    bool made =
        is_plain(c) && !c->s.tagging.fault && !signal_waiting(t) && !tracer_calls && !t->judged;
    bool signalled = made && make_call(t, c->x, &r);
    if (unlikely(signalled)) {
        // Delivered when the thread has left compiled code.
        t->unsettled = signal_is_restart(r) ? r : 0;
        engine_interrupt(c);
        c->s.exit = IR_EXIT_INTERRUPT;
    }
    engine_serviced(c, made && !signalled);
}

static void do_interrupt(struct thread *t)
{
    int64_t r = t->unsettled;
    t->unsettled = 0;
    t->cpu.s.interrupt = 0;
    tags_report(t);
    if (r || (signal_waiting(t) && !is_returning(t)))
        signal_deliver(t, r);
}

static void handle_exit(struct thread *t, enum ir_exit why)
{
    struct cpu *c = &t->cpu;
    switch (why) {
    case IR_EXIT_SVC: do_svc(t); break;
    case IR_EXIT_INTERRUPT: do_interrupt(t); break;
    case IR_EXIT_TAG: raise_tag_fault(t); break;
    case IR_EXIT_FAULT: raise_memory_fault(t); break;
    case IR_EXIT_FETCH: raise_fetch(t); break;
    case IR_EXIT_UNDEF: raise_undefined(t, false); break;
    case IR_EXIT_UNIMPL: raise_undefined(t, true); break;
    case IR_EXIT_BRK: raise_fault(t, SIGTRAP, TRAP_BRKPT, c->s.pc, 0); break;
    case IR_EXIT_ALIGN:
        raise_fault(t, SIGBUS, BUS_ADRALN, c->s.fault_addr, ESR_DATA_ABORT | FSC_ALIGNMENT);
        break;
    case IR_EXIT_SP_ALIGN: raise_fault(t, SIGBUS, BUS_ADRALN, c->sp, ESR_SP_ALIGN); break;
    case IR_EXIT_PC_ALIGN: raise_fault(t, SIGBUS, BUS_ADRALN, c->s.pc, ESR_PC_ALIGN); break;
    case IR_EXIT_PAC: raise_fault(t, SIGILL, ILL_ILLOPN, c->s.pc, ESR_PAC_FAIL | c->s.arg); break;
    case IR_EXIT_LANDING: raise_fault(t, SIGILL, ILL_ILLOPC, c->s.pc, 0); break;
    case IR_EXIT_STEP:
    case IR_EXIT_TRAP:
    case IR_EXIT_WATCH: break; // of a debugger that has gone meanwhile
    case IR_EXIT_NONE:
    case IR_EXIT_LOOKUP:
    case IR_EXIT_HOT:
    case IR_EXIT_SP_MOVES:
    case IR_EXIT_EVALUATE:
    case IR_EXIT_IC: assert_msg(false, "linux: the engine returned exit %d", (int)why);
    }
}

void thread_print_where(void)
{
    const struct thread *t = thread_self;
    if (t)
        fprintf(stderr, "  guest thread %d, last seen at pc %#" PRIx64 "\n", t->tid, t->cpu.s.pc);
}

void thread_run(struct thread *t)
{
    for (;;) {
        enum ir_exit why = unlikely(tracer != NULL) ? tracer->run(t) : engine_run(&t->cpu);
        t->exit = why;
        handle_exit(t, why);
        if (unlikely(stop_wishes))
            stop_point(t);
    }
}

void thread_exit_group(struct thread *t, int status)
{
    if (tracer)
        tracer->ends(t, status, 0);
    if (thread_is_neighbour()) { // others have the memory too
        robust_end(t);
        thread_announce_end(t);
    }
    engine_end(&t->cpu);
    for (;;)
        syscall(SYS_exit_group, status);
}
