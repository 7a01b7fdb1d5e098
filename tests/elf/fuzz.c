// SPDX-License-Identifier: MIT
// The fuzz target: any bytes are either refused with one line or describe an image that can be
// mapped.
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct elf_image image;
    struct elf_error error;
    check_parse(bytes, size, &image, &error);
    return 0;
}
