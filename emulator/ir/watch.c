// SPDX-License-Identifier: MIT
#include "ir/watch.h"

struct ir_watches ir_watches;
