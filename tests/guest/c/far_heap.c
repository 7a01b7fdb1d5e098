// SPDX-License-Identifier: MIT
// variants: O2-static O2-static-pie O2-dynamic
// beyond: qemu has the heap behind the program and what is mapped close above it
// The heap grows by far more than lies between the program and what is mapped above it, and so does what is mapped.
#include "guest.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void)
{
    const uint64_t more = UINT64_C(3) << 30;
    uint8_t *heap = sbrk(0);
    CHECK(sbrk((intptr_t)more) == heap);
    memset(heap, 1, 4096);
    memset(heap + more - 4096, 2, 4096);
    CHECK(heap[0] == 1 && heap[more - 1] == 2);
    for (int i = 0; i < 4; i++) {
        uint8_t *p = mmap(NULL, more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        CHECK(p != MAP_FAILED);
        p[0] = p[more - 1] = 3;
        CHECK(heap[0] == 1 && heap[more - 1] == 2);
    }
    CHECK(sbrk(-(intptr_t)more) == heap + more && sbrk(0) == heap);
    return guest_done();
}
