// SPDX-License-Identifier: MIT
// sanitizer: address,undefined
// finds: ERROR: AddressSanitizer: stack-buffer-overflow on address 0x[0-9a-f]+
// finds: ^WRITE of size 1 at 0x[0-9a-f]+ thread T0
// finds: #0 0x[0-9a-f]+ in fill .*/address_stack\.c:18
// finds: 'buffer' \(line 24\) <== Memory access at offset [0-9]+ overflows this variable
// status: 1
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static jmp_buf back;

__attribute__((noinline)) static void fill(char *p, int n)
{
    for (int i = 0; i < n; i++)
        p[i] = (char)i;
}

// A frame that is left by longjmp must not be remembered as one that is there.
__attribute__((noinline)) static void deep(int n)
{
    char buffer[40];
    fill(buffer, n);
    longjmp(back, buffer[3]);
}

static void handler(int sig)
{
    char more[64];
    fill(more, sig);
}

int main(int argc, char **argv)
{
    (void)argv;
    signal(SIGUSR1, handler);
    raise(SIGUSR1);
    if (!setjmp(back))
        deep(argc == 1 ? 40 : 41);
    char again[200];
    fill(again, sizeof again);
    puts(strnlen(again + 1, 100) == 100 ? "right" : "a byte is missing");
    return 0;
}
