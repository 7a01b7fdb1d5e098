// SPDX-License-Identifier: MIT
// Tests that run the engine themselves run on the tier that A64RUN_TIER names: eval, or t1-RUNS, and
// do without the features of the host in A64RUN_WITHOUT, with as many bytes for code as
// A64RUN_CACHE says.
#ifndef TESTS_TIER_H
#define TESTS_TIER_H

#include "base/die.h"
#include "engine/engine.h"
#include "x64/host.h"

#include <stdlib.h>
#include <string.h>

static inline void tier_from_environment(void)
{
    const char *tier = getenv("A64RUN_TIER"), *without = getenv("A64RUN_WITHOUT");
    const char *cache = getenv("A64RUN_CACHE");
    if (cache)
        engine_settings.cache = strtoul(cache, NULL, 0);
    engine_settings.tier = 0;
    if (without && x64_host_without(without))
        die("A64RUN_WITHOUT=%s: no list of host features", without);
    if (!tier || strncmp(tier, "t1-", 3) != 0)
        return;
    engine_settings.tier = 1;
    engine_settings.threshold = (unsigned)atoi(tier + 3);
}

#endif
