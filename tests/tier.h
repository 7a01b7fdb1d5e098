// SPDX-License-Identifier: MIT
// Tests that run the engine themselves run on the tier that A64RUN_TIER names: eval, or t1-RUNS.
#ifndef TESTS_TIER_H
#define TESTS_TIER_H

#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

static inline void tier_from_environment(void)
{
    const char *tier = getenv("A64RUN_TIER");
    engine_settings.tier = 0;
    if (!tier || strncmp(tier, "t1-", 3) != 0)
        return;
    engine_settings.tier = 1;
    engine_settings.threshold = (unsigned)atoi(tier + 3);
}

#endif
