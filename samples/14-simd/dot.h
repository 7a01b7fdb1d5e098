// SPDX-License-Identifier: MIT
#pragma once

#include <stddef.h>
#include <stdint.h>

// The sum of a[i] * b[i]; n is a multiple of 16.
int32_t dot_neon(const int8_t *a, const int8_t *b, size_t n);
int32_t dot_dotprod(const int8_t *a, const int8_t *b, size_t n);
