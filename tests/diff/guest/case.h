// SPDX-License-Identifier: MIT
// What the host's difftest and the guest's runner tell each other: cases on the runner's standard
// input, a header and one result a case on its standard output.
#ifndef DIFF_CASE_H
#define DIFF_CASE_H

#include <stdint.h>

// Where things are in the guest. The instruction's own address, the data window and what is in them
// are those of tests/a64/insn_test.c, so that a failing case can be kept as a line there.
//
//   CODE          slots of 128 bytes, executable and readable:
//                 words 0 to 27  the instructions, a branch to the runner's exit, BRKs
//                 word 28        ldr x30, [word 30]: entered here, all other registers are set
//   DATA          one page for reading and writing, filled anew for each case
//   DATA + 4096   one page for reading
//   DATA + 8192   one page that cannot be accessed (PROT_NONE), no memory behind it
#define DIFF_CODE      UINT64_C(0x10000000)
#define DIFF_DATA      UINT64_C(0x10010000)
#define DIFF_TPIDR     UINT64_C(0x5a5a0000a5a50008) // TPIDR_EL0 of every case
enum {
    DIFF_SLOT = 128,
    DIFF_ENTRY = 28, // word of a slot, the next one goes to the first, then two for X30
    DIFF_PAGE = 4096,
    DIFF_INSNS = 24,
    DIFF_CASES = 500, // at most, of one run
    DIFF_SHOWN = 64,   // bytes of changed memory in a result
};

struct diff_state {
    uint64_t x[31], sp;
    uint64_t v[32][2];
    uint64_t pstate; // as in SPSR: NZCV, DIT, SSBS
    uint32_t fpcr, fpsr;
};

struct diff_case {
    struct diff_state before;
    uint32_t slot, n;
    uint32_t word[DIFF_INSNS];
    uint32_t tags;  // a fault's address is told with its tag
    uint32_t times; // that it is run: the first result, or the first that is another
};

struct diff_result {
    struct diff_state after;
    uint64_t pc;      // where it stopped: of the signal, or behind the last instruction
    uint64_t address; // si_addr
    uint32_t signal;  // 0: none; SIGALRM: it did not end
    uint32_t code;    // si_code
    uint64_t esr;     // of the frame's record, 0: it has none
    uint32_t first, length;     // what changed of the window, from the first byte to the last
    uint64_t hash;              // of that
    uint8_t memory[DIFF_SHOWN]; // its first bytes
};

struct diff_header {
    uint64_t hwcap[2];   // AT_HWCAP, AT_HWCAP2
    uint64_t fpcr, fpsr; // the bits that can be set
};

// The window's content before each case: a pattern, and places where a comparison may succeed.
static inline uint8_t diff_memory(unsigned offset)
{
    if (offset % DIFF_PAGE >= 0xe00)
        return 0xff;
    return offset % DIFF_PAGE >= 0xc00 ? 0 : (uint8_t)(offset * 7 + 1);
}

#endif
