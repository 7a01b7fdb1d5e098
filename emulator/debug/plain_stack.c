// SPDX-License-Identifier: MIT
#include "debug/plain_stack.h"

#include "ir/pac.h"
#include "linux/guest.h"
#include "linux/symbols.h"
#include "linux/thread.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add(struct report_thread *to, uint64_t pc, bool called)
{
    struct report_frame *f = report_add_frame(to);
    char name[512], file[4096];
    struct mm_image image;
    if (!f)
        return;
    f->pc = pc;
    uint64_t at = called ? pc - 4 : pc;
    if (!symbols_name(at, name, sizeof name, file, sizeof file))
        return;
    f->module = strdup(file);
    if (mm_image_at(at, &image))
        f->offset = pc - image.bias;
    f->function = strdup(name);
}

// The second frame is none if it is in the first one's function.
static void drop_same_function(struct report_thread *to)
{
    struct report_frame *first = &to->frame[0], *second = first + 1;
    if (to->frames != 2 || !first->function || !second->function)
        return;
    size_t n = strcspn(first->function, "+");
    if (n != strcspn(second->function, "+") || strncmp(first->function, second->function, n) != 0)
        return;
    free(second->function);
    free(second->module);
    to->frames = 1;
}

static void walk(struct report_thread *to)
{
    uint64_t fp = to->registers.x[29], record[2], lr = ir_pac_strip(to->registers.x[30]);
    bool any = guest_read(record, fp, sizeof record);
    add(to, to->registers.pc, false);
    // A function that has made no frame record of its own. One that has may have called others
    // since.
    if (lr && (!any || ir_pac_strip(record[1]) != lr)) {
        add(to, lr, true);
        drop_same_function(to);
    }
    while (any && ir_pac_strip(record[1])) {
        if (to->frames >= REPORT_INNER) {
            to->cut = true;
            return;
        }
        add(to, ir_pac_strip(record[1]), true);
        any = record[0] > fp && !(record[0] & 7);
        fp = record[0];
        any = any && guest_read(record, fp, sizeof record);
    }
}

static void add_thread(struct report *r, const struct thread *t)
{
    struct core_registers regs = {
        .sp = t->cpu.sp, .pc = t->cpu.s.pc, .pstate = cpu_pstate(&t->cpu)};
    memcpy(regs.x, t->cpu.x, sizeof regs.x);
    struct report_thread *to = report_add_thread(r, t->tid, &regs);
    if (to)
        walk(to);
}

void plain_stacks(struct report *r, struct thread *t)
{
    add_thread(r, t);
    for (const struct thread *o = getpid() == process.pid ? process.first : NULL; o; o = o->next)
        if (o != t)
            add_thread(r, o);
}
