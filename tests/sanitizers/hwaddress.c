// SPDX-License-Identifier: MIT
// sanitizer: hwaddress
// finds: ERROR: HWAddressSanitizer: tag-mismatch on address 0x[0-9a-f]+
// finds: ^WRITE of size 4 at 0x[0-9a-f]+ tags: [0-9a-f]+/[0-9a-f]+ \(ptr/mem\) in thread T0
// finds: in store .*/hwaddress\.c:19
// finds: ^Cause: heap-buffer-overflow
// finds: is located 8 bytes to the right of 40-byte region
// finds: ^allocated here:
// finds: in main .*/hwaddress\.c:[0-9]+
// finds: SUMMARY: HWAddressSanitizer: tag-mismatch
// status: 99
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((noinline)) static void store(int *p, int i)
{
    p[i] = i;
}

int main(int argc, char **argv)
{
    int *p = malloc(10 * sizeof *p), ends[2];
    (void)argv;
    store(p, 9);
    // Addresses with tags go into the kernel, and what it writes is there.
    char *text = malloc(16);
    if (pipe(ends) || write(ends[1], p + 9, sizeof *p) != 4 || read(ends[0], text, 16) != 4 || memcmp(text, p + 9, 4))
        return 2;
    if (argc > 1)
        store(p, 12);
    free(text);
    free(p);
    puts("right");
    return 0;
}
