// SPDX-License-Identifier: MIT
// Where the code of each operation lies, for who shows or names it.
#ifndef EMU_X64_LAYOUT_H
#define EMU_X64_LAYOUT_H

#include "ir/place.h"

struct x64_layout {
    struct ir_places places;           // what was compiled
    uint32_t at[2 * IR_PLACE_MAX + 1]; // where each operation's code begins, from the block's code
                                       // on (0: the ways in); the last: code out of line
};

#endif
