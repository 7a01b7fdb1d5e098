// SPDX-License-Identifier: MIT
// Every malformed file is refused with its own message; every unusual but good one is accepted.
#include "check.h"
#include "image.h"

#include <stdio.h>
#include <string.h>

static bool run(const struct image_case *c)
{
    static struct image im;
    struct elf_image parsed;
    struct elf_error error;
    image_valid(&im, false);
    c->change(&im);
    bool accepted = check_parse(im.bytes, im.size, &parsed, &error);
    if (accepted && !c->expect)
        return true;
    if (!accepted && c->expect && strstr(error.text, c->expect))
        return true;
    printf("%s: expected %s, got %s\n", c->name, c->expect ? c->expect : "acceptance",
           accepted ? "acceptance" : error.text);
    return false;
}

int main(void)
{
    unsigned failed = 0;
    for (unsigned i = 0; i < image_case_count; i++)
        failed += !run(&image_cases[i]);
    printf("%u cases, %u failed\n", image_case_count, failed);
    return failed != 0;
}
