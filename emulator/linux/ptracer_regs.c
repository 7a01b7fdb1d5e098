// SPDX-License-Identifier: MIT
// Registers of a tracee, as the kernel lays them out (arch/arm64's ptrace.h).
#include "a64/feature.h"
#include "linux/debug_registers.h"
#include "linux/guest.h"
#include "linux/ptracer.h"
#include "linux/tags.h"
#include "linux/thread.h"

#include <elf.h>
#include <errno.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/ptrace.h>

// Younger than some hosts' headers.
#ifndef NT_ARM_TAGGED_ADDR_CTRL
#    define NT_ARM_TAGGED_ADDR_CTRL 0x409
#endif

// One thread's state, here.
struct state {
    struct cpu cpu;
    int32_t nr;
    uint64_t control; // of tagged addresses
};

struct regs {
    uint64_t x[31], sp, pc, pstate;
};
struct fp_regs {
    union ir_val v[32];
    uint32_t fpsr, fpcr, reserved[2];
};

union note {
    struct regs regs;
    struct fp_regs fp;
    struct debug_registers debug;
    uint64_t words[2];
    int32_t number;
};

static void get_regs(const struct state *s, union note *n)
{
    memcpy(n->regs.x, s->cpu.x, sizeof n->regs.x);
    n->regs.sp = s->cpu.sp;
    n->regs.pc = s->cpu.s.pc;
    n->regs.pstate = cpu_pstate(&s->cpu);
}

static void set_regs(struct state *s, const union note *n)
{
    memcpy(s->cpu.x, n->regs.x, sizeof n->regs.x);
    s->cpu.sp = n->regs.sp;
    cpu_set_pstate(&s->cpu, n->regs.pstate);
    if (s->cpu.s.pc != n->regs.pc)
        s->cpu.s.branch = IR_BRANCH_RETURN; // wherever it is
    s->cpu.s.pc = n->regs.pc;
}

static void get_fp(const struct state *s, union note *n)
{
    memcpy(n->fp.v, s->cpu.v, sizeof n->fp.v);
    n->fp.fpsr = (uint32_t)s->cpu.s.fp.fpsr;
    n->fp.fpcr = (uint32_t)s->cpu.s.fp.fpcr;
}

static void set_fp(struct state *s, const union note *n)
{
    memcpy(s->cpu.v, n->fp.v, sizeof n->fp.v);
    s->cpu.s.fp.fpsr = n->fp.fpsr & CPU_FPSR_BITS;
    s->cpu.s.fp.fpcr = n->fp.fpcr & a64_fpcr_bits();
}

static void get_tls(const struct state *s, union note *n)
{
    n->words[0] = s->cpu.tpidr;
}

static void set_tls(struct state *s, const union note *n)
{
    s->cpu.tpidr = n->words[0];
}

static void get_call(const struct state *s, union note *n)
{
    n->number = s->nr;
}

static void set_call(struct state *s, const union note *n)
{
    s->nr = n->number;
}

static void get_debug(const struct state *s, union note *n)
{
    (void)s;
    n->debug.info = DEBUG_ARMV8;
}

// The bits of a pointer in which codes stand (ir/pac.h).
static void get_pac(const struct state *s, union note *n)
{
    (void)s;
    n->words[0] = n->words[1] = UINT64_C(0x7f) << 48;
}

static void get_control(const struct state *s, union note *n)
{
    n->words[0] = s->control;
}

static void set_control(struct state *s, const union note *n)
{
    s->control = n->words[0];
}

static const struct set {
    uint64_t type;
    uint32_t unit, size;
    void (*get)(const struct state *s, union note *n);
    void (*set)(struct state *s, const union note *n); // NULL: cannot be
    enum a64_feature feature;
} sets[] = {
    {NT_PRSTATUS, 8, sizeof(struct regs), get_regs, set_regs, FEAT_BASE},
    {NT_PRFPREG, 4, sizeof(struct fp_regs), get_fp, set_fp, FEAT_BASE},
    {NT_ARM_TLS, 8, 8, get_tls, set_tls, FEAT_BASE},
    {NT_ARM_SYSTEM_CALL, 4, 4, get_call, set_call, FEAT_BASE},
    {NT_ARM_HW_BREAK, 4, sizeof(struct debug_registers), get_debug, NULL, FEAT_BASE},
    {NT_ARM_HW_WATCH, 4, sizeof(struct debug_registers), get_debug, NULL, FEAT_BASE},
    {NT_ARM_TAGGED_ADDR_CTRL, 8, 8, get_control, set_control, FEAT_BASE},
    {NT_ARM_PAC_MASK, 8, 16, get_pac, NULL, FEAT_PAuth},
};

static const struct set *find(uint64_t type)
{
    for (unsigned i = 0; i < ARRAY_LEN(sets); i++)
        if (sets[i].type == type && (sets[i].feature == FEAT_BASE || a64_has(sets[i].feature)))
            return &sets[i];
    return NULL;
}

static uint64_t cpu_field(const struct tracee *e, size_t offset)
{
    return e->thread + offsetof(struct thread, cpu) + offset;
}

static uint64_t control_field(const struct tracee *e)
{
    return e->thread + offsetof(struct thread, tagged_addr_ctrl);
}

static bool read_state(const struct tracee *e, struct state *s)
{
    return tracee_read(e, cpu_field(e, 0), &s->cpu, sizeof s->cpu) &&
           tracee_read(e, TRACEE_FIELD(e, nr), &s->nr, sizeof s->nr) &&
           tracee_read(e, control_field(e), &s->control, sizeof s->control);
}

// Only what a tracer may set.
static bool write_state(const struct tracee *e, const struct state *s)
{
    const struct cpu *c = &s->cpu;
    const size_t x = offsetof(struct cpu, x), v = offsetof(struct cpu, temps);
    return tracee_write(e, cpu_field(e, x), c->x, v - x) &&
           tracee_write(e, cpu_field(e, offsetof(struct cpu, s.pc)), &c->s.pc, 8) &&
           tracee_write(e, cpu_field(e, offsetof(struct cpu, s.branch)), &c->s.branch, 4) &&
           tracee_write(e, cpu_field(e, offsetof(struct cpu, s.fp)), &c->s.fp, sizeof c->s.fp) &&
           tracee_write(e, TRACEE_FIELD(e, nr), &s->nr, sizeof s->nr);
}

// What the tracee itself makes of it when it goes on.
static int64_t order_control(struct tracee *e, uint64_t control)
{
    if (control & ~tags_control_bits())
        return -EINVAL;
    e->orders.control = control;
    e->orders.sets_control = true;
    return tracee_write(e, control_field(e), &control, sizeof control) ? 0 : -ESRCH;
}

static int64_t transfer(struct tracee *e, const struct set *r, bool set, uint64_t at,
                        uint64_t length)
{
    struct state s;
    union note n = {0};
    if (!read_state(e, &s))
        return -ESRCH;
    r->get(&s, &n);
    if (!set)
        return guest_write(at, &n, length) ? 0 : -EFAULT;
    if (!guest_read(&n, at, length))
        return -EFAULT;
    if (!r->set)
        return -EINVAL;
    r->set(&s, &n);
    if (r->set == set_control)
        return order_control(e, s.control);
    return write_state(e, &s) ? 0 : -ESRCH;
}

int64_t tracee_registers(struct tracee *e, bool set, uint64_t type, uint64_t vector)
{
    uint64_t at, length;
    const struct set *r = find(type);
    if (!guest_read64(&at, vector) || !guest_read64(&length, vector + 8))
        return -EFAULT;
    if (!r || length % r->unit)
        return -EINVAL;
    length = length < r->size ? length : r->size;
    int64_t error = transfer(e, r, set, at, length);
    if (!error && !guest_write64(vector + 8, length))
        return -EFAULT;
    return error;
}

// The kernel's struct ptrace_syscall_info.
struct call_info {
    uint8_t op, reserved;
    uint16_t flags;
    uint32_t arch;
    uint64_t pc, sp;
    union {
        struct {
            uint64_t nr, args[6];
            uint32_t data, reserved; // of a filter's stop alone
        } entry;
        struct {
            int64_t result;
            uint8_t is_error;
        } exit;
    };
};
enum { INFO_NONE, INFO_ENTRY, INFO_EXIT, INFO_SECCOMP };
_Static_assert(sizeof(struct call_info) == 88, "as the kernel has it");

// Where it stands, as the kernel tells it from the stop's siginfo: without PTRACE_O_TRACESYSGOOD,
// before and behind a call are no such places.
static unsigned op_of(const struct tracee *e, const struct ptraced *p)
{
    const bool told = e->options & PTRACE_O_TRACESYSGOOD;
    if (e->by_host)
        return INFO_NONE;
    if (p->stands == PTRACE_STANDS_EVENT)
        return p->event == PTRACED_SECCOMP ? INFO_SECCOMP : INFO_NONE;
    if (told && p->stands == PTRACE_STANDS_ENTRY)
        return INFO_ENTRY;
    return told && p->stands == PTRACE_STANDS_EXIT ? INFO_EXIT : INFO_NONE;
}

static bool read_stop(const struct tracee *e, struct state *s, struct ptraced *p)
{
    return read_state(e, s) && tracee_read(e, TRACEE_FIELD(e, self), p, sizeof *p);
}

// Returns how much of it there is.
static size_t put_call_info(const struct state *s, const struct ptraced *p, struct call_info *i)
{
    const struct cpu *c = &s->cpu;
    i->arch = AUDIT_ARCH_AARCH64;
    i->pc = c->s.pc;
    i->sp = c->sp;
    switch (i->op) {
    case INFO_ENTRY:
    case INFO_SECCOMP:
        i->entry.nr = (uint32_t)s->nr;
        memcpy(i->entry.args, c->x, sizeof i->entry.args);
        i->entry.data = (uint32_t)p->message;
        return i->op == INFO_ENTRY ? offsetof(struct call_info, entry.data)
                                   : offsetof(struct call_info, entry.reserved);
    case INFO_EXIT:
        i->exit.result = (int64_t)c->x[0];
        i->exit.is_error = i->exit.result < 0 && i->exit.result >= -4095;
        return offsetof(struct call_info, exit.is_error) + 1;
    default: return offsetof(struct call_info, entry);
    }
}

int64_t tracee_call_info(const struct tracee *e, uint64_t size, uint64_t to)
{
    struct state s;
    struct ptraced p;
    if (!read_stop(e, &s, &p))
        return -ESRCH;
    struct call_info info = {.op = (uint8_t)op_of(e, &p)};
    size_t known = put_call_info(&s, &p, &info);
    return guest_write(to, &info, known < size ? known : size) ? (int64_t)known : -EFAULT;
}

int64_t tracee_set_call_info(const struct tracee *e, uint64_t size, uint64_t from)
{
    struct state s;
    struct ptraced p;
    struct call_info info;
    if (size < sizeof info)
        return -EINVAL;
    if (!guest_read(&info, from, sizeof info))
        return -EFAULT;
    if (!read_stop(e, &s, &p))
        return -ESRCH;
    if (info.flags || info.reserved || info.op == INFO_NONE || info.op != op_of(e, &p))
        return -EINVAL;
    if (info.op == INFO_EXIT) {
        s.cpu.x[0] = (uint64_t)info.exit.result;
        return write_state(e, &s) ? 0 : -ESRCH;
    }
    s.nr = (int32_t)info.entry.nr;
    if ((int64_t)info.entry.nr != s.nr)
        return -ERANGE;
    if (s.nr != -1)
        memcpy(s.cpu.x, info.entry.args, sizeof info.entry.args);
    return write_state(e, &s) ? 0 : -ESRCH;
}
