// SPDX-License-Identifier: MIT
// variants: O2-static
// env: A64RUN_RETURNS=hash
// The same without guesses.
#include "returns.c"
