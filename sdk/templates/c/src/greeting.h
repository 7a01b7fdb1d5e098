// SPDX-License-Identifier: MIT
#pragma once

#include <stddef.h>

// Writes "Hello, NAME!" into `text`, which has room for `size` bytes; returns its length without the limit.
int greeting(char *text, size_t size, const char *name);
