// SPDX-License-Identifier: MIT
// What a program is told of its processor agrees with itself and with what the processor does: the
// HWCAP words, the ID registers, /proc/cpuinfo, and one instruction of each feature.
#include "guest.h"

#include <ctype.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#define READ(name)                                    \
    ({                                                \
        unsigned long v;                              \
        __asm__ volatile("mrs %0, " name : "=r"(v));  \
        v;                                            \
    })

enum reg { PFR0, PFR1, ISAR0, ISAR1, ISAR2, MMFR0, MMFR2, REGS };
static unsigned long regs[REGS];

// Documentation/arch/arm64/elf_hwcaps.rst: the bit is there exactly if the field has at least this
// value (signed for FP and AdvSIMD). Then an instruction that needs it, or 0.
static const struct {
    const char *name;
    int word, bit, reg, lsb, value;
    unsigned insn;
} caps[] = {
    {"fp", 1, 0, PFR0, 16, 0, 0x1e604020},        // fmov d0, d1
    {"asimd", 1, 1, PFR0, 20, 0, 0x4e228420},     // add v0.16b, v1.16b, v2.16b
    {"aes", 1, 3, ISAR0, 4, 1, 0x4e284820},       // aese v0.16b, v1.16b
    {"pmull", 1, 4, ISAR0, 4, 2, 0x0ee2e020},     // pmull v0.1q, v1.1d, v2.1d
    {"sha1", 1, 5, ISAR0, 8, 1, 0x5e280820},      // sha1h s0, s1
    {"sha2", 1, 6, ISAR0, 12, 1, 0x5e282820},     // sha256su0 v0.4s, v1.4s
    {"crc32", 1, 7, ISAR0, 16, 1, 0x1ac24020},    // crc32b w0, w1, w2
    {"atomics", 1, 8, ISAR0, 20, 2, 0xb82003f0},  // ldadd w0, w16, [sp]
    {"fphp", 1, 9, PFR0, 16, 1, 0x1ee04020},      // fmov h0, h1
    {"asimdhp", 1, 10, PFR0, 20, 1, 0x4e421420},  // fadd v0.8h, v1.8h, v2.8h
    {"asimdrdm", 1, 12, ISAR0, 28, 1, 0x6e428420}, // sqrdmlah v0.8h, v1.8h, v2.8h
    {"jscvt", 1, 13, ISAR1, 12, 1, 0x1e7e0020},   // fjcvtzs w0, d1
    {"fcma", 1, 14, ISAR1, 16, 1, 0x6e82e420},    // fcadd v0.4s, v1.4s, v2.4s, #90
    {"lrcpc", 1, 15, ISAR1, 20, 1, 0xb8bfc3f0},   // ldapr w16, [sp]
    {"dcpop", 1, 16, ISAR1, 0, 1, 0xd50b7c30},    // dc cvap, x16
    {"sha3", 1, 17, ISAR0, 32, 1, 0xce020c20},    // eor3 v0.16b, v1.16b, v2.16b, v3.16b
    {"sm3", 1, 18, ISAR0, 36, 1, 0xce62c020},     // sm3partw1 v0.4s, v1.4s, v2.4s
    {"sm4", 1, 19, ISAR0, 40, 1, 0xcec08420},     // sm4e v0.4s, v1.4s
    {"asimddp", 1, 20, ISAR0, 44, 1, 0x4e829420}, // sdot v0.4s, v1.16b, v2.16b
    {"sha512", 1, 21, ISAR0, 12, 2, 0xcec08020},  // sha512su0 v0.2d, v1.2d
    {"asimdfhm", 1, 23, ISAR0, 48, 1, 0x4e22ec20}, // fmlal v0.4s, v1.4h, v2.4h
    {"dit", 1, 24, PFR0, 48, 1, 0xd503405f},      // msr dit, #0
    {"uscat", 1, 25, MMFR2, 32, 1, 0},
    {"ilrcpc", 1, 26, ISAR1, 20, 2, 0x994003f0},  // ldapur w16, [sp]
    {"flagm", 1, 27, ISAR0, 52, 1, 0xd500401f},   // cfinv
    {"ssbs", 1, 28, PFR1, 4, 2, 0xd503413f},      // msr ssbs, #1
    {"sb", 1, 29, ISAR1, 36, 1, 0xd50330ff},      // sb
    {"dcpodp", 2, 0, ISAR1, 0, 2, 0xd50b7d30},    // dc cvadp, x16
    {"flagm2", 2, 7, ISAR0, 52, 2, 0xd500405f},   // axflag
    {"frint", 2, 8, ISAR1, 32, 1, 0x1e684020},    // frint32z d0, d1
    {"i8mm", 2, 13, ISAR1, 52, 1, 0x4e82a420},    // smmla v0.4s, v1.16b, v2.16b
    {"bf16", 2, 14, ISAR1, 44, 1, 0x1e634020},    // bfcvt h0, s1
    {"dgh", 2, 15, ISAR1, 48, 1, 0},
    {"rng", 2, 16, ISAR0, 60, 1, 0xd53b2410},     // mrs x16, rndr
    {"ecv", 2, 19, MMFR0, 60, 1, 0xd53be0d0},     // mrs x16, cntvctss_el0
    {"wfxt", 2, 31, ISAR2, 0, 2, 0xd503101f},     // wfet xzr
    {"cssc", 2, 34, ISAR2, 52, 1, 0x5ac01820},    // ctz w0, w1
    {"hbc", 2, 44, ISAR2, 20, 1, 0x54000030},     // bc.eq the next
    {"lrcpc3", 2, 46, ISAR1, 20, 3, 0x99c00bf0},  // ldapr w16, [sp], #4
    {"lse128", 2, 47, ISAR0, 20, 3, 0x192083f0},  // swpp x16, x0, [sp]
};

static sigjmp_buf back;

static void on_sigill(int sig)
{
    (void)sig;
    siglongjmp(back, 1);
}

// The instruction as a function; its registers are the caller's to lose, sp has room.
static int runs(unsigned insn)
{
    static unsigned code[1024] __attribute__((aligned(4096)));
    static const unsigned before[] = {0xd10083ff, 0xa9007fff, 0x910003f0}; // sub sp; stp; mov x16, sp
    unsigned n = 0;
    mprotect(code, sizeof code, PROT_READ | PROT_WRITE | PROT_EXEC);
    for (; n < 3; n++)
        code[n] = before[n];
    code[n++] = insn;
    // The frame ends here wherever the instruction left sp.
    code[n++] = 0x910003bf; // mov sp, x29
    code[n++] = 0xa8c17bfd; // ldp x29, x30, [sp], #16
    code[n++] = 0xd65f03c0; // ret
    // stp x29, x30, [sp, #-16]!; mov x29, sp
    memmove(code + 2, code, n * sizeof *code);
    code[0] = 0xa9bf7bfd;
    code[1] = 0x910003fd;
    __builtin___clear_cache((char *)code, (char *)(code + n + 2));
    if (sigsetjmp(back, 1))
        return 0;
    void (*run)(void) = (void (*)(void))(unsigned long)code;
    __asm__ volatile("blr %0"
                     :
                     : "r"(run)
                     : "x0", "x1", "x2", "x3", "x16", "x17", "x30", "v0", "v1", "v2", "v3", "cc",
                       "memory");
    return 1;
}

static int has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = list; (p = strstr(p, word)); p += n)
        if (p[-1] == ' ' && (isspace((unsigned char)p[n]) || !p[n]))
            return 1;
    return 0;
}

static void cpuinfo(unsigned long hwcap[3], unsigned long midr)
{
    char line[4096];
    unsigned processors = 0, value, listed = 0;
    FILE *f = fopen("/proc/cpuinfo", "r");
    CHECK(f);
    while (f && fgets(line, sizeof line, f)) {
        if (!strncmp(line, "processor\t: ", 12))
            CHECK(strtoul(line + 12, NULL, 10) == processors++);
        if (sscanf(line, "CPU implementer\t: %x", &value) == 1)
            CHECK(value == midr >> 24);
        if (sscanf(line, "CPU variant\t: %x", &value) == 1)
            CHECK(value == (midr >> 20 & 15));
        if (sscanf(line, "CPU part\t: %x", &value) == 1)
            CHECK(value == (midr >> 4 & 0xfff));
        if (sscanf(line, "CPU revision\t: %u", &value) == 1)
            CHECK(value == (midr & 15));
        if (strncmp(line, "Features\t: ", 11) || processors != 1)
            continue;
        for (char *p = line + 10; *p; p++)
            listed += *p == ' ' && p[1] > ' ';
        CHECK(listed == (unsigned)(__builtin_popcountl(hwcap[1]) + __builtin_popcountl(hwcap[2])));
        for (unsigned i = 0; i < sizeof caps / sizeof *caps; i++)
            CHECK(has_word(line, caps[i].name) == (int)(hwcap[caps[i].word] >> caps[i].bit & 1));
    }
    CHECK(processors == (unsigned)sysconf(_SC_NPROCESSORS_ONLN));
    if (f)
        fclose(f);
    f = fopen("/sys/devices/system/cpu/cpu0/regs/identification/midr_el1", "r");
    CHECK(f && fgets(line, sizeof line, f) && strtoul(line, NULL, 0) == midr);
    if (f)
        fclose(f);
}

// Blocks and lines: DC ZVA clears what DCZID says.
static void blocks(void)
{
    static unsigned char area[1024] __attribute__((aligned(512)));
    unsigned size = 4u << (READ("dczid_el0") & 15), cleared = 0;
    memset(area, 1, sizeof area);
    __asm__ volatile("dc zva, %0" : : "r"(area + 512 + 9) : "memory");
    for (unsigned i = 0; i < sizeof area; i++)
        cleared += !area[i];
    CHECK(cleared == size && !area[512] && !area[511 + size]);
    CHECK((4u << (READ("ctr_el0") >> 16 & 15)) == (size == 256 ? 256 : 64));
}

// An atomic access that is not aligned, within 16 bytes.
static sigjmp_buf unaligned;

static void on_sigbus(int sig)
{
    (void)sig;
    siglongjmp(unaligned, 1);
}

static int takes_unaligned(void)
{
    static unsigned char area[32] __attribute__((aligned(16)));
    unsigned v;
    if (sigsetjmp(unaligned, 1))
        return 0;
    __asm__ volatile("ldar %w0, [%1]" : "=r"(v) : "r"(area + 3) : "memory");
    return 1;
}

int main(void)
{
    unsigned long hwcap[3] = {0, getauxval(AT_HWCAP), getauxval(AT_HWCAP2)};
    signal(SIGILL, on_sigill);
    signal(SIGBUS, on_sigbus);
    CHECK(hwcap[1] & 1 << 11); // cpuid
    regs[PFR0] = READ("s3_0_c0_c4_0");
    regs[PFR1] = READ("s3_0_c0_c4_1");
    regs[ISAR0] = READ("s3_0_c0_c6_0");
    regs[ISAR1] = READ("s3_0_c0_c6_1");
    regs[ISAR2] = READ("s3_0_c0_c6_2");
    regs[MMFR0] = READ("s3_0_c0_c7_0");
    regs[MMFR2] = READ("s3_0_c0_c7_2");
    for (unsigned i = 0; i < sizeof caps / sizeof *caps; i++) {
        int have = (int)(hwcap[caps[i].word] >> caps[i].bit & 1);
        int field = (int)(regs[caps[i].reg] >> caps[i].lsb & 15);
        if (caps[i].reg == PFR0 && caps[i].lsb < 24 && field > 7)
            field -= 16;
        if (have != (field >= caps[i].value))
            printf("FAIL %s: hwcap %d, field %d\n", caps[i].name, have, field), guest_failures++;
        if (caps[i].insn && have != runs(caps[i].insn))
            printf("FAIL %s: hwcap %d, but %08x does the opposite\n", caps[i].name, have,
                   caps[i].insn),
                guest_failures++;
    }
    CHECK((hwcap[1] >> 25 & 1) == (unsigned long)takes_unaligned());
    CHECK(READ("s3_0_c0_c0_6") == 0 && READ("mpidr_el1") == 0x80000000);
    cpuinfo(hwcap, READ("midr_el1"));
    blocks();
    return guest_done();
}
