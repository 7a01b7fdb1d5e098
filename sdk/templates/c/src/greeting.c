// SPDX-License-Identifier: MIT
#include "greeting.h"

#include <stdio.h>

int greeting(char *text, size_t size, const char *name)
{
    return snprintf(text, size, "Hello, %s!", name);
}
