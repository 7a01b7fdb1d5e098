// SPDX-License-Identifier: MIT
// An instruction cache line invalidated through a tagged pointer, often enough to be compiled: what
// was written is what runs.
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

int main(void)
{
    uint32_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned sum = 0;
    code[1] = 0xd65f03c0; // ret
    for (unsigned i = 0; i < 400; i++) {
        code[0] = 0x52800000 | i << 5; // mov w0, #i
        uint64_t at = (uint64_t)code | UINT64_C(0x4d) << 56;
        __asm__ volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb" : : "r"(at) : "memory");
        sum += ((unsigned (*)(void))code)();
    }
    printf("%u\n", sum);
    return 0;
}
