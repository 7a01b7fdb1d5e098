// SPDX-License-Identifier: MIT
// One step is from a function to its caller: by the rules of .eh_frame or .debug_frame at that
// place; at the vDSO's (or the C library's) return from a signal handler by what the kernel has put
// on the stack; and without either as code is mostly made: a leaf that has not saved x30, or a
// chain of x29.
#include "unwind.h"

#include "expression.h"
#include "modules.h"

#include <stdlib.h>
#include <string.h>

enum { FP = 29, LR = 30, SP = 31 };
enum { WALK = 50000 }; // frames that are looked for at most

static bool is_sigreturn(const struct image *i, uint64_t pc)
{
    uint32_t code[2]; // mov x8, #139; svc #0
    return image_memory(i, pc, code, sizeof code) && code[0] == 0xd2801168 && code[1] == 0xd4000001;
}

// The kernel's struct rt_sigframe of arm64: siginfo_t, then ucontext up to the registers.
enum { FRAME_REGISTERS = 128 + 176 + 8 };

static bool step_signal(const struct image *i, struct place *p)
{
    struct core_registers r;
    if (!image_memory(i, p->x[SP] + FRAME_REGISTERS, &r, sizeof r))
        return false;
    memcpy(p->x, r.x, sizeof r.x);
    p->x[SP] = r.sp;
    p->pc = r.pc;
    p->called = false;
    return true;
}

// The frame's rules; NULL if there are none. To be freed.
static Dwarf_Frame *find_rules(Dwfl *dwfl, uint64_t at)
{
    Dwfl_Module *module = dwfl_addrmodule(dwfl, at);
    Dwarf_Addr bias;
    Dwarf_Frame *frame = NULL;
    if (!module)
        return NULL;
    Dwarf_CFI *cfi = dwfl_module_eh_cfi(module, &bias);
    if (cfi && !dwarf_cfi_addrframe(cfi, at - bias, &frame))
        return frame;
    cfi = dwfl_module_dwarf_cfi(module, &bias);
    return cfi && !dwarf_cfi_addrframe(cfi, at - bias, &frame) ? frame : NULL;
}

static bool step_by_rules(const struct image *i, struct place *p, Dwarf_Frame *frame)
{
    struct place from = *p;
    Dwarf_Op own[3], *ops;
    size_t n;
    uint64_t cfa, value;
    bool signal = false, defined = true;
    int return_column = dwarf_frame_info(frame, NULL, NULL, &signal);
    if (dwarf_frame_cfa(frame, &ops, &n) || !expression(i, &from, 0, ops, n, &cfa))
        return false;
    p->x[SP] = cfa;
    for (int r = 0; r <= SP; r++) {
        if (dwarf_frame_register(frame, r, own, &ops, &n))
            return false;
        if (!n && ops == own)
            defined &= r != return_column; // undefined: the outermost frame
        else if (n && expression(i, &from, cfa, ops, n, &value))
            p->x[r] = value;
        else if (n)
            defined &= r != return_column; // nor is one that cannot be read
    }
    if (!defined || return_column < 0 || return_column > LR)
        return false;
    p->pc = p->x[return_column];
    p->called = !signal;
    return true;
}

static bool step_without_rules(const struct image *i, struct place *p, bool innermost)
{
    uint64_t record[2];
    if (innermost && p->x[LR] && (p->x[LR] & ~i->pac) != p->pc) {
        p->pc = p->x[LR];
    } else {
        uint64_t fp = p->x[FP];
        if (fp < p->x[SP] || fp & 7 || !image_memory(i, fp, record, sizeof record))
            return false;
        p->x[SP] = fp + sizeof record;
        p->x[FP] = record[0];
        p->pc = p->x[LR] = record[1];
    }
    p->called = true;
    return true;
}

// False at the outermost frame.
static bool step(const struct image *i, Dwfl *dwfl, struct place *p, bool innermost)
{
    uint64_t at = p->called ? p->pc - 4 : p->pc, sp = p->x[SP], pc = p->pc;
    bool ok;
    if (is_sigreturn(i, p->pc)) {
        ok = step_signal(i, p);
    } else {
        Dwarf_Frame *rules = find_rules(dwfl, at);
        ok = rules ? step_by_rules(i, p, rules) : step_without_rules(i, p, innermost);
        free(rules);
        p->pc &= ~i->pac;
        ok = ok && p->x[SP] >= sp && (p->x[SP] > sp || innermost || p->pc != pc);
    }
    return ok && p->pc;
}

// Places that were passed, of which only the last are told.
struct outer {
    struct place at[REPORT_OUTER];
    size_t count;
};

static void describe(const struct image *i, Dwfl *dwfl, struct report_thread *t,
                     const struct place *p, bool interrupted)
{
    size_t first = t->frames;
    modules_describe(dwfl, t, p->pc, p->called ? p->pc - 4 : p->pc);
    if (first == t->frames)
        return;
    t->frame[first].interrupted = interrupted;
    if (is_sigreturn(i, p->pc)) {
        struct report_frame *f = &t->frame[t->frames - 1];
        free(f->function);
        f->function = strdup("<return from a signal's handler>");
    }
}

void unwind(const struct image *i, Dwfl *dwfl, struct report_thread *t)
{
    static struct outer outer;
    struct place p = {.pc = t->registers.pc};
    memcpy(p.x, t->registers.x, sizeof t->registers.x);
    p.x[SP] = t->registers.sp;
    outer.count = 0;
    size_t n = 0;
    bool more;
    do {
        bool sigreturn = is_sigreturn(i, p.pc);
        if (n < REPORT_INNER)
            describe(i, dwfl, t, &p, n && !p.called);
        else
            outer.at[outer.count++ % REPORT_OUTER] = p;
        more = step(i, dwfl, &p, !n || sigreturn || !p.called);
    } while (++n < WALK && more);
    t->cut = more;
    size_t told = outer.count < REPORT_OUTER ? outer.count : REPORT_OUTER;
    for (size_t k = outer.count - told; k < outer.count; k++) {
        size_t first = t->frames;
        const struct place *at = &outer.at[k % REPORT_OUTER];
        describe(i, dwfl, t, at, !at->called);
        if (k == outer.count - told && first < t->frames)
            t->frame[first].skipped = outer.count - told;
    }
}
