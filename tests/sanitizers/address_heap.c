// SPDX-License-Identifier: MIT
// sanitizer: address
// finds: ERROR: AddressSanitizer: heap-use-after-free on address 0x[0-9a-f]+
// finds: ^READ of size 4 at 0x[0-9a-f]+ thread T0
// finds: #0 0x[0-9a-f]+ in element .*/address_heap\.c:18
// finds: is located 8 bytes inside of 16-byte region
// finds: ^freed by thread T1 here:
// finds: #1 0x[0-9a-f]+ in release .*/address_heap\.c:23
// finds: ^previously allocated by thread T0 here:
// finds: SUMMARY: AddressSanitizer: heap-use-after-free .*/address_heap\.c:18 in element
// status: 1
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static int element(const int *p, int i)
{
    return p[i];
}

static void *release(void *p)
{
    free(p);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t t;
    int *p = calloc(4, sizeof *p), r = 0;
    (void)argv;
    if (argc == 1)
        r = element(p, 2);
    pthread_create(&t, NULL, release, p);
    pthread_join(t, NULL);
    if (argc > 1)
        r = element(p, 2);
    puts(r ? "zero is not zero" : "right");
    return 0;
}
