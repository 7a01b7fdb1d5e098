// SPDX-License-Identifier: MIT
#include "debug/cause.h"

#include "a64/insn.h"
#include "a64/model.h"
#include "a64/translate.h"
#include "debug/facts.h"
#include "ir/tags.h"
#include "linux/guest.h"
#include "linux/host_maps.h"
#include "linux/mm_gone.h"
#include "linux/symbols.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum {
    NULL_REACH = 1 << 16,  // members and elements of a null pointer are this near
    STACK_REACH = 1 << 20, // a function's variables are this near to the stack pointer
    HOST_ERROR_WRITE = 2,  // of the host's page fault error code
};

// A sentence being put together.
struct text {
    char *at, *end;
};

static void say(struct text *o, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void say(struct text *o, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(o->at, (size_t)(o->end - o->at), fmt, args);
    va_end(args);
    if (n > 0)
        o->at += n < o->end - o->at ? n : o->end - o->at - 1;
}

static uint32_t word_at(uint64_t pc)
{
    uint32_t word = 0;
    guest_read(&word, pc, sizeof word);
    return word;
}

bool cause_instruction(const struct thread *t, char *out, size_t size)
{
    uint64_t pc = t->cpu.s.pc;
    uint32_t word;
    char text[128];
    if (!guest_read(&word, pc, sizeof word))
        return false;
    a64_disassemble(word, pc, text, sizeof text);
    snprintf(out, size, "%s (%08x) at %#" PRIx64, text, word, pc);
    return true;
}

// " in function+0x10 (file)", as far as it is known.
static void say_place(struct text *o, uint64_t pc)
{
    char name[256], file[4096];
    if (symbols_name(pc, name, sizeof name, file, sizeof file))
        say(o, " in %s (%s)", name, file);
}

// The host's mapping at addr, or the last one below it.
static bool find_host(uint64_t addr, struct host_mapping *found)
{
    static char line[HOST_MAPPING_LINE];
    static struct host_mapping h;
    bool any = false;
    FILE *f = fopen("/proc/self/maps", "re");
    while (f && fgets(line, sizeof line, f) && host_mapping_parse(line, &h) && h.start <= addr &&
           h.start < MM_LIMIT) {
        *found = h;
        any = true;
    }
    if (f)
        fclose(f);
    return any;
}

// What kind of memory is at or below addr.
static const char *name_of(uint64_t addr, char *buf, size_t size)
{
    static struct host_mapping h;
    struct vma v;
    if (mm_find(addr, &v) && v.kind == VMA_HEAP)
        return "the heap";
    if (mm_find(addr, &v) && (v.kind == VMA_STACK || v.grows))
        return "the stack";
    if (!find_host(addr, &h))
        return "memory";
    if (h.inode)
        snprintf(buf, size, "%s", h.name);
    else
        snprintf(buf, size, "anonymous memory");
    return buf;
}

// The register that is the base of the load or store at pc, for a name; -1 if it is none.
static int base_register(uint32_t word)
{
    return (word >> 25 & 5) == 4 ? (int)(word >> 5 & 31) : -1;
}

static void say_base(struct text *o, const struct thread *t)
{
    int base = base_register(word_at(t->cpu.s.pc));
    if (base == 31)
        say(o, " (base register sp = %#" PRIx64 ")", t->cpu.sp);
    else if (base >= 0)
        say(o, " (base register x%d = %#" PRIx64 ")", base, t->cpu.x[base]);
}

// Whether an access to addr is one to a stack that has come to its end. The stack is *v.
static bool is_stack_overflow(const struct thread *t, uint64_t addr, struct vma *v)
{
    uint64_t sp = t->cpu.sp;
    struct vma here;
    bool guard = mm_find(addr, &here);
    if (guard && here.prot & (PROT_READ | PROT_WRITE))
        return false;
    // Above a guard or a hole comes the stack, with the stack pointer in it, just below it, or in
    // between.
    uint64_t above = guard ? here.end : addr;
    if (!guard) {
        const struct vma_table *all = &process.mm.vmas;
        unsigned i = 0;
        while (i < all->count && all->at[i].end <= addr)
            i++;
        if (i == all->count)
            return false;
        *v = all->at[i];
        if (v->kind != VMA_STACK && !v->grows)
            return false;
        above = v->start;
    } else if (!mm_find(above, v) ||
               (v->prot & (PROT_READ | PROT_WRITE)) != (PROT_READ | PROT_WRITE)) {
        return false;
    }
    return above - addr < STACK_REACH && sp < above + STACK_REACH && sp + STACK_REACH > addr &&
           sp < v->end;
}

// Whether the access is one below the alternate stack for signals, which a handler has used up.
static bool is_altstack_overflow(const struct thread *t, uint64_t addr)
{
    const struct guest_stack *alt = &t->signals.altstack;
    return alt->size && addr < alt->sp && alt->sp - addr < STACK_REACH &&
           t->cpu.sp < alt->sp + alt->size && t->cpu.sp + STACK_REACH > addr;
}

static void say_gone(struct text *o, uint64_t addr, const struct mm_gone *gone)
{
    if (*gone->file)
        say(o,
            ": use after unload: %#" PRIx64 " is %#" PRIx64
            " bytes into %s, which thread %d has unloaded",
            addr, addr - gone->start, gone->file, gone->tid);
    else
        say(o,
            ": use after munmap: %#" PRIx64 " is %#" PRIx64 " bytes into a mapping of %#" PRIx64
            " bytes that thread %d has given back",
            addr, addr - gone->start, gone->end - gone->start, gone->tid);
    say_place(o, gone->caller - 4);
    if (gone->ago)
        say(o, ", %u others ago", gone->ago);
}

static void say_unmapped(struct text *o, const struct thread *t, uint64_t addr)
{
    static struct host_mapping below;
    static char buf[HOST_MAPPING_LINE];
    struct mm_gone gone;
    if (addr < NULL_REACH) {
        say(o, ": a null pointer%s", addr ? "" : " itself");
        if (addr)
            say(o, " plus %#" PRIx64, addr);
        say_base(o, t);
    } else if (mm_find_gone(addr, &gone)) {
        say_gone(o, addr, &gone);
    } else if (addr >> 47) {
        say(o, ": no address of a program; data that was taken for a pointer");
        say_base(o, t);
    } else {
        say(o, ": nothing is mapped there");
        say_base(o, t);
        if (find_host(addr, &below) && addr - below.end < NULL_REACH)
            say(o, "; %#" PRIx64 " bytes behind the end of %s", addr - below.end,
                name_of(below.end - 1, buf, sizeof buf));
    }
}

static bool says_write(const struct thread *t, const siginfo_t *info)
{
    bool known = info->si_signo == SIGSEGV && t->exit == IR_EXIT_FAULT;
    return known && (t->signals.fault_error & HOST_ERROR_WRITE || t->cpu.s.arg == 1);
}

static void say_access(struct text *o, const struct thread *t, const siginfo_t *info)
{
    static char buf[HOST_MAPPING_LINE];
    uint64_t addr = t->cpu.s.fault_addr;
    struct vma v;
    if (!(addr >> 47) || !(ir_untag(addr) >> 47))
        addr = ir_untag(addr); // the tag is ignored
    bool write = says_write(t, info);
    if (is_altstack_overflow(t, addr)) {
        say(o,
            "stack overflow: access to %#" PRIx64
            " below the end of the alternate stack for signals, of %" PRIu64 " bytes (sigaltstack)",
            addr, t->signals.altstack.size);
        return;
    }
    if (is_stack_overflow(t, addr, &v)) {
        say(o, "stack overflow: access to %#" PRIx64 " below the end of a stack of %" PRIu64 " KiB",
            addr, (v.end - v.start) >> 10);
        if (v.kind == VMA_STACK)
            say(o, " (limit %" PRIu64 " KiB: ulimit -s, a64run -s)", process.stack_size >> 10);
        return;
    }
    say(o, "%s %#" PRIx64, write ? "write to" : "read of", addr);
    if (info->si_code == SEGV_ACCERR && mm_find(addr, &v)) {
        const char *name = name_of(addr, buf, sizeof buf);
        if (!(v.prot & (PROT_READ | PROT_WRITE | PROT_EXEC)))
            say(o, ": memory without access (PROT_NONE) of %s", name);
        else
            say(o, ": %s is not %s", name, write ? "writable" : "readable");
        say_base(o, t);
    } else {
        say_unmapped(o, t, addr);
    }
}

static void say_jump(struct text *o, const struct thread *t, const siginfo_t *info)
{
    static char buf[HOST_MAPPING_LINE];
    uint64_t pc = t->cpu.s.pc;
    struct mm_gone gone;
    if (info->si_code == SEGV_ACCERR)
        say(o, "execution of data: %#" PRIx64 " is in %s, which is not executable", pc,
            name_of(pc, buf, sizeof buf));
    else if (pc < NULL_REACH)
        say(o, "call of or jump to %#" PRIx64 ": a null pointer to a function%s", pc,
            pc ? ", or to a table of them" : "");
    else if (mm_find_gone(pc, &gone))
        say(o, "call of or jump to %#" PRIx64, pc), say_gone(o, pc, &gone);
    else
        say(o, "call of or jump to %#" PRIx64 ": nothing is mapped there", pc);
    say(o, "; x30 is %#" PRIx64, t->cpu.x[30]);
    say_place(o, t->cpu.x[30] - 4);
}

static void say_undefined(struct text *o, const struct thread *t)
{
    uint32_t word = word_at(t->cpu.s.pc);
    enum a64_feature lacks = a64_missing(word);
    struct a64_decoded d;
    if (lacks != FEAT_BASE)
        say(o, "the instruction needs %s, which -cpu %s lacks", a64_feature_name(lacks),
            process.options.cpu ? process.options.cpu : "max");
    else if (!(word >> 16))
        say(o,
            "udf #%u: an instruction that is undefined for good, put there to stop the program, or data",
            word & 0xffff);
    else if (!a64_decode(word, &d))
        say(o, "%08x is no instruction that the emulator knows; it may be data", word);
    else
        say(o, "an instruction that programs may not execute");
}

// Signals that are raised by what the program does; false if this is none of them.
static bool say_exception(struct text *o, const struct thread *t, const siginfo_t *info)
{
    uint64_t addr = (uint64_t)info->si_addr;
    uint32_t word = word_at(t->cpu.s.pc);
    switch ((enum ir_exit)t->exit) {
    case IR_EXIT_FETCH: say_jump(o, t, info); return true;
    case IR_EXIT_FAULT:
        if (info->si_signo == SIGBUS)
            say(o, "access to %#" PRIx64 " behind the end of the file that is mapped there", addr);
        else
            say_access(o, t, info);
        return true;
    case IR_EXIT_TAG:
        say(o,
            "access to %#" PRIx64
            " by a pointer with another tag (MTE): the pointer's is %u, the memory's %u",
            ir_untag(addr), ir_tag_of(t->cpu.s.fault_addr),
            ir_tag_at(ir_untag(addr) - ir_tag_memory.start));
        return true;
    case IR_EXIT_ALIGN:
        say(o, "access to %#" PRIx64 ", which is not aligned as this instruction needs it", addr);
        say_base(o, t);
        return true;
    case IR_EXIT_SP_ALIGN:
        say(o, "access by the stack pointer, %#" PRIx64 ", which is not aligned to 16", t->cpu.sp);
        return true;
    case IR_EXIT_PC_ALIGN:
        say(o, "jump to %#" PRIx64 ", which is not aligned to 4", t->cpu.s.pc);
        return true;
    case IR_EXIT_PAC:
        say(o,
            "pointer authentication failed: the code in a pointer is wrong (the pointer, or the stack where it was kept, was overwritten)");
        return true;
    case IR_EXIT_LANDING:
        say(o, "indirect branch to %#" PRIx64 ", which is no landing pad (BTI)", t->cpu.s.pc);
        return true;
    case IR_EXIT_BRK:
        say(o, "brk #%#x: %s", word >> 5 & 0xffff,
            (word >> 5 & 0xffff) == 1000 ? "the compiler's __builtin_trap"
                                         : "a breakpoint that no debugger has put there");
        return true;
    case IR_EXIT_UNDEF:
    case IR_EXIT_UNIMPL: say_undefined(o, t); return true;
    case IR_EXIT_NONE:
    case IR_EXIT_LOOKUP:
    case IR_EXIT_SVC:
    case IR_EXIT_IC:
    case IR_EXIT_INTERRUPT:
    case IR_EXIT_STEP:
    case IR_EXIT_TRAP:
    case IR_EXIT_WATCH:
    case IR_EXIT_HOT:
    case IR_EXIT_SP_MOVES:
    case IR_EXIT_EVALUATE: break;
    }
    return false;
}

// " by process 17 (name)".
static void say_sender(struct text *o, int pid)
{
    char name[32] = "";
    if (pid)
        process_name(pid, name, sizeof name);
    say(o, " by process %d%s%s%s", pid, *name ? " (" : "", name, *name ? ")" : "");
}

static void say_sent(struct text *o, const siginfo_t *info)
{
    bool own = info->si_code <= 0 && info->si_pid == process.pid;
    switch (info->si_signo) {
    case SIGABRT: say(o, own ? "the program has called abort" : "sent"); break;
    case SIGXCPU: say(o, "the limit on processor time is exceeded (ulimit -t)"); break;
    case SIGXFSZ: say(o, "the limit on the size of files is exceeded (ulimit -f)"); break;
    default: say(o, own ? "raised by the program itself" : "sent"); break;
    }
    if (own)
        return;
    if (info->si_code == SI_KERNEL)
        say(o, " by the kernel%s",
            info->si_signo == SIGSEGV
                ? ": there is no room on the stack for the frame of a signal's handler"
                : "");
    else if (info->si_code <= 0)
        say_sender(o, info->si_pid);
}

const char *cause_text(struct thread *t, const siginfo_t *info, char *out, size_t size)
{
    struct text o = {out, out + size};
    *out = 0;
    bool raised = info->si_code > 0 && info->si_code != SI_KERNEL;
    if (!raised || !say_exception(&o, t, info))
        say_sent(&o, info);
    if (raised && t->signals.blocked & signal_bit(info->si_signo))
        say(&o, "; the signal is blocked, so that no handler can run");
    return out;
}
