// SPDX-License-Identifier: MIT
// Private to ir/: the functions that are the operations' meanings.
#ifndef EMU_IR_EVAL_OPS_H
#define EMU_IR_EVAL_OPS_H

#include "ir/eval.h"

extern eval_fn *const eval_handler[IR_OP_COUNT];
// The same with operand b replaced by imm; NULL where that makes no sense.
extern eval_fn *const eval_handler_imm[IR_OP_COUNT];
// Ends a list made by eval_pure.
eval_fn eval_return;
// Counts a block's runs in d, and leaves when it reaches 0; imm is the block's pc.
eval_fn eval_count;
// The stub of an unresolved link.
eval_fn eval_unresolved;

#endif
