// SPDX-License-Identifier: MIT
// Places of guest memory whose accesses a debugger wants to know before they happen. Blocks look
// (watch_check) only if they were made for it: in a mode of their own, so that others pay nothing.
#ifndef EMU_IR_WATCH_H
#define EMU_IR_WATCH_H

#include "ir/state.h"

#include <stdbool.h>

enum ir_watch_access { IR_WATCH_READ = 1, IR_WATCH_WRITE = 2 };
enum {
    IR_WATCHES = 32,
    IR_WATCH_SIZES = 7 // accesses have 1, 2, ... 64 bytes
};

struct ir_watch {
    uint64_t start, size;
    unsigned access; // enum ir_watch_access, or both
};

// Changed while no thread runs blocks that look.
struct ir_watches {
    unsigned count;
    unsigned access; // of any of them
    struct ir_watch at[IR_WATCHES];
};
extern struct ir_watches ir_watches;

// Whether one of `access` to `size` bytes at `addr` is watched; then the exit is set.
static ALWAYS_INLINE bool eval_watched(struct ir_state *s, uint64_t addr, uint64_t size,
                                       unsigned access)
{
    uint64_t first = ir_untag(addr);
    if (s->unwatched)
        return false;
    for (unsigned i = 0; i < ir_watches.count; i++) {
        const struct ir_watch *w = &ir_watches.at[i];
        bool meet = first - w->start < w->size || w->start - first < size;
        if (likely(!meet || !(w->access & access)))
            continue;
        s->fault_addr = first > w->start ? first : w->start;
        s->arg = access == IR_WATCH_WRITE;
        s->exit = IR_EXIT_WATCH;
        return true;
    }
    return false;
}

#endif
