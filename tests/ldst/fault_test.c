// SPDX-License-Identifier: MIT
// A load or store that faults changes no register and is where the thread then stands; one that
// does not fault writes its base back. One readable page lies between two that are not: the
// instructions below are slid over both of its edges, random ones of every load and store row are
// thrown at them.
//   ldst_fault_test [SEED]
#include "one.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { WORDS_PER_ROW = 48 };

static unsigned long checks, failures, faults, passes;

// What an instruction on [x1] does.
struct access {
    uint32_t word;
    const char *text;
    int first; // of the bytes accessed, relative to x1
    unsigned bytes;
    int back;       // what is added to x1
    unsigned align; // 0: any; else a multiple of this, or all bytes in an aligned quantity of 16
    bool x1_loaded; // and not written back
};

static const struct access accesses[] = {
    {0x39400022, "ldrb w2, [x1]", 0, 1, 0, 0, 0},
    {0x78802c22, "ldrsh x2, [x1, #2]!", 2, 2, 2, 0, 0},
    {0xf9400422, "ldr x2, [x1, #8]", 8, 8, 0, 0, 0},
    {0xf85fd022, "ldur x2, [x1, #-3]", -3, 8, 0, 0, 0},
    {0xf8408422, "ldr x2, [x1], #8", 0, 8, 8, 0, 0},
    {0xf8408c21, "ldr x1, [x1, #8]!", 8, 8, 8, 0, 0},
    {0xf940003f, "ldr xzr, [x1]", 0, 8, 0, 0, 0},
    {0xb8401822, "ldtr w2, [x1, #1]", 1, 4, 0, 0, 0},
    {0xf81f8c22, "str x2, [x1, #-8]!", -8, 8, -8, 0, 0},
    {0x78002422, "strh w2, [x1], #2", 0, 2, 2, 0, 0},
    {0xf8606822, "ldr x2, [x1, x0]", 24, 8, 0, 0, 0},
    {0x3ce06822, "ldr q2, [x1, x0]", 24, 16, 0, 0, 0},
    {0x3cc10c22, "ldr q2, [x1, #16]!", 16, 16, 16, 0, 0},
    {0x3c810422, "str q2, [x1], #16", 0, 16, 16, 0, 0},
    {0xfd400422, "ldr d2, [x1, #8]", 8, 8, 0, 0, 0},
    {0x29400c22, "ldp w2, w3, [x1]", 0, 8, 0, 0, 0},
    {0xa9c10c22, "ldp x2, x3, [x1, #16]!", 16, 16, 16, 0, 0},
    {0xa8c10c22, "ldp x2, x3, [x1], #16", 0, 16, 16, 0, 0},
    {0xa8c10c21, "ldp x1, x3, [x1], #16", 0, 16, 16, 0, 0},
    {0xa9400c21, "ldp x1, x3, [x1]", 0, 16, 0, 0, 1},
    {0xa9400423, "ldp x3, x1, [x1]", 0, 16, 0, 0, 1},
    {0x69410c22, "ldpsw x2, x3, [x1, #8]", 8, 8, 0, 0, 0},
    {0xa8400c22, "ldnp x2, x3, [x1]", 0, 16, 0, 0, 0},
    {0xa9bf0c22, "stp x2, x3, [x1, #-16]!", -16, 16, -16, 0, 0},
    {0x28810c22, "stp w2, w3, [x1], #8", 0, 8, 8, 0, 0},
    {0xadc10c22, "ldp q2, q3, [x1, #32]!", 32, 32, 32, 0, 0},
    {0x2cc10c22, "ldp s2, s3, [x1], #8", 0, 8, 8, 0, 0},
    {0xad000c22, "stp q2, q3, [x1]", 0, 32, 0, 0, 0},
    {0x6dbf0c22, "stp d2, d3, [x1, #-16]!", -16, 16, -16, 0, 0},
    {0xc85f7c22, "ldxr x2, [x1]", 0, 8, 0, 8, 0},
    {0x085ffc22, "ldaxrb w2, [x1]", 0, 1, 0, 1, 0},
    {0x485f7c22, "ldxrh w2, [x1]", 0, 2, 0, 2, 0},
    {0xc87f0c22, "ldxp x2, x3, [x1]", 0, 16, 0, 16, 0},
    {0x887f0c22, "ldxp w2, w3, [x1]", 0, 8, 0, 8, 0},
    {0xc8dffc22, "ldar x2, [x1]", 0, 8, 0, 8, 0},
    {0x889ffc22, "stlr w2, [x1]", 0, 4, 0, 4, 0},
    {0xf8bfc022, "ldapr x2, [x1]", 0, 8, 0, 8, 0},
    {0xd9401022, "ldapur x2, [x1, #1]", 1, 8, 0, 8, 0},
    {0x591ff022, "stlurh w2, [x1, #-1]", -1, 2, 0, 2, 0},
    {0x99800822, "stlr w2, [x1, #-4]!", -4, 4, -4, 4, 0},
    {0xd9c00822, "ldapr x2, [x1], #8", 0, 8, 8, 8, 0},
    {0xd9030822, "stilp x2, x3, [x1, #-16]!", -16, 16, -16, 8, 0},
    {0x99430822, "ldiapp w2, w3, [x1], #8", 0, 8, 8, 4, 0},
    {0xc8a27c23, "cas x2, x3, [x1]", 0, 8, 0, 8, 0},
    {0x48e2fc23, "casalh w2, w3, [x1]", 0, 2, 0, 2, 0},
    {0x48227c24, "casp x2, x3, x4, x5, [x1]", 0, 16, 0, 16, 0},
    {0x08227c24, "casp w2, w3, w4, w5, [x1]", 0, 8, 0, 8, 0},
    {0xf8e20023, "ldaddal x2, x3, [x1]", 0, 8, 0, 8, 0},
    {0x38224023, "ldsmaxb w2, w3, [x1]", 0, 1, 0, 1, 0},
    {0x78222023, "ldeorh w2, w3, [x1]", 0, 2, 0, 2, 0},
    {0xb8221023, "ldclr w2, w3, [x1]", 0, 4, 0, 4, 0},
    {0xf8223023, "ldset x2, x3, [x1]", 0, 8, 0, 8, 0},
    {0xb8227023, "ldumin w2, w3, [x1]", 0, 4, 0, 4, 0},
    {0xb8228023, "swp w2, w3, [x1]", 0, 4, 0, 4, 0},
    {0x19238022, "swpp x2, x3, [x1]", 0, 16, 0, 16, 0},
    {0x4cdfa022, "ld1 {v2.16b, v3.16b}, [x1], #32", 0, 32, 32, 0, 0},
    {0x0c402022, "ld1 {v2.8b-v5.8b}, [x1]", 0, 32, 0, 0, 0},
    {0x0cdf8422, "ld2 {v2.4h, v3.4h}, [x1], #16", 0, 16, 16, 0, 0},
    {0x4c408822, "ld2 {v2.4s, v3.4s}, [x1]", 0, 32, 0, 0, 0},
    {0x0cc04022, "ld3 {v2.8b-v4.8b}, [x1], x0", 0, 24, 24, 0, 0},
    {0x4cdf4c22, "ld3 {v2.2d-v4.2d}, [x1], #48", 0, 48, 48, 0, 0},
    {0x4cdf0022, "ld4 {v2.16b-v5.16b}, [x1], #64", 0, 64, 64, 0, 0},
    {0x0c400822, "ld4 {v2.2s-v5.2s}, [x1]", 0, 32, 0, 0, 0},
    {0x4c9f6422, "st1 {v2.8h-v4.8h}, [x1], #48", 0, 48, 48, 0, 0},
    {0x0c008022, "st2 {v2.8b, v3.8b}, [x1]", 0, 16, 0, 0, 0},
    {0x0c004422, "st3 {v2.4h-v4.4h}, [x1]", 0, 24, 0, 0, 0},
    {0x4c9f0822, "st4 {v2.4s-v5.4s}, [x1], #64", 0, 64, 64, 0, 0},
    {0x0ddf1422, "ld1 {v2.b}[5], [x1], #1", 0, 1, 1, 0, 0},
    {0x4d604822, "ld2 {v2.h, v3.h}[5], [x1]", 0, 4, 0, 0, 0},
    {0x0ddfb022, "ld3 {v2.s-v4.s}[1], [x1], #12", 0, 12, 12, 0, 0},
    {0x4dffa422, "ld4 {v2.d-v5.d}[1], [x1], #32", 0, 32, 32, 0, 0},
    {0x4d002422, "st3 {v2.b-v4.b}[9], [x1]", 0, 3, 0, 0, 0},
    {0x4da0b022, "st4 {v2.s-v5.s}[3], [x1], x0", 0, 16, 24, 0, 0},
    {0x4ddfc822, "ld1r {v2.4s}, [x1], #4", 0, 4, 4, 0, 0},
    {0x0dffe022, "ld4r {v2.8b-v5.8b}, [x1], #4", 0, 4, 4, 0, 0},
    {0x4d40ec22, "ld3r {v2.2d-v4.2d}, [x1]", 0, 24, 0, 0, 0},
    {0x4d418422, "ldap1 {v2.d}[1], [x1]", 0, 8, 0, 8, 0},
    {0xf9800020, "prfm pldl1keep, [x1]", 0, 0, 0, 0, 0},
};

// What a program can see of the registers.
struct registers {
    uint64_t x[31], sp, nzcv, pc;
    union ir_val v[32];
};

static struct registers registers(void)
{
    struct registers r;
    memcpy(r.x, cpu->x, sizeof r.x);
    memcpy(r.v, cpu->v, sizeof r.v);
    r.sp = cpu->sp;
    r.nzcv = cpu->nzcv;
    r.pc = cpu->s.pc;
    return r;
}

static void check(bool ok, uint32_t word, const char *what)
{
    char text[128];
    checks++;
    if (ok)
        return;
    if (failures++ < 20)
        printf("FAIL %08x %s  x1=%#" PRIx64 " sp=%#" PRIx64 ": %s\n", word,
               a64_disassemble(word, CODE, text, sizeof text), cpu->x[1], cpu->sp, what);
}

static void set_registers(uint64_t seed)
{
    uint64_t *words = (uint64_t *)cpu->v;
    for (unsigned i = 0; i < 31; i++)
        cpu->x[i] = random_next(&seed);
    for (unsigned i = 0; i < 64; i++)
        words[i] = random_next(&seed);
    cpu->sp = PAGE + SIZE / 2;
    cpu->nzcv = seed & 15;
    cpu->s.pc = CODE; // for comparison
    cpu->s.monitor.size = 0;
}

// Runs the one instruction on what the registers hold. Whatever fault it takes must leave them
// alone.
static enum ir_exit run(uint32_t word)
{
    struct registers before = registers();
    enum ir_exit why = one_run(word);
    if (ir_exit_in_flight(why)) {
        struct registers after = registers();
        check(memcmp(&before, &after, sizeof after) == 0, word,
              "the fault changed a register or the pc");
        faults++;
    } else {
        passes++;
    }
    return why;
}

static bool in_page(uint64_t at, unsigned bytes)
{
    return at >= PAGE && at + bytes <= PAGE + SIZE;
}

static void slide(const struct access *a, uint64_t at)
{
    set_registers(at);
    cpu->x[0] = 24;
    uint64_t base = cpu->x[1] = at - (uint64_t)(int64_t)a->first;
    enum ir_exit why = run(a->word);
    bool misaligned = a->align && at % a->align && at % 16 + a->bytes > 16;
    if (misaligned) {
        check(why == IR_EXIT_ALIGN && cpu->s.fault_addr == at, a->word,
              "no alignment fault at the address");
    } else if (a->bytes && !in_page(at, a->bytes)) {
        uint64_t where = (uint64_t)engine_fault_info(cpu)->si_addr;
        check(why == IR_EXIT_FAULT, a->word, "no fault");
        check(where >= at && where < at + a->bytes && !in_page(where, 1), a->word,
              "the fault is not at an inaccessible byte of the access");
    } else {
        check(why == IR_EXIT_BRK && cpu->s.pc == CODE + 4, a->word, "did not go on");
        if (!a->x1_loaded)
            check(cpu->x[1] == base + (uint64_t)(int64_t)a->back, a->word,
                  "base register not as written back");
    }
}

static void slide_all(void)
{
    for (const struct access *a = accesses; a < accesses + ARRAY_LEN(accesses); a++) {
        char text[128];
        check(!strcmp(a64_disassemble(a->word, CODE, text, sizeof text), a->text), a->word,
              "not what the table says");
        for (unsigned i = 0; i < a->bytes + 24; i++) {
            slide(a, PAGE - a->bytes - 4 + i);
            slide(a, PAGE + SIZE - a->bytes - 20 + i);
        }
    }
}

// Random instructions with a base near an edge, and small indices.
static void random_rows(uint64_t *seed)
{
    for (unsigned row = 0; row < a64_row_count; row++) {
        if (!one_is_load_store(row))
            continue;
        for (unsigned i = 0; i < WORDS_PER_ROW; i++) {
            uint32_t word = row_random_word(row, seed);
            uint64_t near =
                PAGE + (random_next(seed) & 1 ? SIZE : 0) + random_next(seed) % 128 - 96;
            unsigned n = word >> 5 & 31, m = word >> 16 & 31;
            set_registers(*seed);
            if (m != n && m < 31)
                cpu->x[m] = random_next(seed) % 32;
            cpu->x[1] = near; // for messages
            *(n == 31 ? &cpu->sp : &cpu->x[n]) = n == 31 && i % 8 ? near & ~UINT64_C(15) : near;
            enum ir_exit why = run(word);
            check(why == IR_EXIT_BRK || why == IR_EXIT_FAULT || why == IR_EXIT_ALIGN ||
                      why == IR_EXIT_SP_ALIGN,
                  word, "neither went on nor faulted");
        }
    }
}

// Loads from a page that cannot be written succeed, the rest faults; a store-exclusive keeps its
// status register.
static void read_only(void)
{
    static const struct {
        uint32_t word;
        enum ir_exit why;
    } cases[] = {
        {0xf9400022, IR_EXIT_BRK},   // ldr x2, [x1]
        {0xc87f0c22, IR_EXIT_BRK},   // ldxp x2, x3, [x1]
        {0xf9000022, IR_EXIT_FAULT}, // str x2, [x1]
        {0xa9000c22, IR_EXIT_FAULT}, // stp x2, x3, [x1]
        {0xc89ffc22, IR_EXIT_FAULT}, // stlr x2, [x1]
        {0xf8220023, IR_EXIT_FAULT}, // ldadd x2, x3, [x1]
        {0xf8228021, IR_EXIT_FAULT}, // swp x2, x1, [x1]
        {0x19238022, IR_EXIT_FAULT}, // swpp x2, x3, [x1]
        {0x4c9f0022, IR_EXIT_FAULT}, // st4 {v2.16b-v5.16b}, [x1], #64
    };
    static const uint32_t exclusive[][2] = {
        {0xc85f7c22, 0xc8047c22}, // ldxr x2, [x1]; stxr w4, x2, [x1]
        {0x885f7c22, 0x88047c22},
        {0x085f7c22, 0x08047c22},
        {0xc87f0c22, 0xc8240c22}, // ldxp, stxp
    };
    mprotect((void *)PAGE, SIZE, PROT_READ);
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        set_registers(i);
        cpu->x[1] = PAGE + 64;
        check(run(cases[i].word) == cases[i].why, cases[i].word, "wrong exit on a read-only page");
    }
    for (unsigned i = 0; i < ARRAY_LEN(exclusive); i++) {
        set_registers(i);
        cpu->x[1] = PAGE + 64;
        check(run(exclusive[i][0]) == IR_EXIT_BRK, exclusive[i][0], "load-exclusive failed");
        cpu->s.pc = CODE;
        check(run(exclusive[i][1]) == IR_EXIT_FAULT, exclusive[i][1],
              "store-exclusive to a read-only page did not fault");
    }
    mprotect((void *)PAGE, SIZE, PROT_READ | PROT_WRITE);
}

// The stack pointer must be aligned for every access it is the base of, but a prefetch is none.
static void stack_pointer(void)
{
    static const struct {
        uint32_t word;
        enum ir_exit why;
    } cases[] = {
        {0xf94003e2, IR_EXIT_SP_ALIGN}, // ldr x2, [sp]
        {0xa9bf0fe2, IR_EXIT_SP_ALIGN}, // stp x2, x3, [sp, #-16]!
        {0xf8208be2, IR_EXIT_UNDEF},    // option 100 is reserved
        {0xf82033e2, IR_EXIT_SP_ALIGN}, // ldset x0, x2, [sp]
        {0x4c400be2, IR_EXIT_SP_ALIGN}, // ld4 {v2.4s-v5.4s}, [sp]
        {0xf98003e0, IR_EXIT_BRK},      // prfm pldl1keep, [sp]
    };
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        set_registers(i);
        cpu->sp = PAGE + 72;
        check(run(cases[i].word) == cases[i].why, cases[i].word,
              "wrong exit with a misaligned stack pointer");
    }
}

// What the choices among CONSTRAINED UNPREDICTABLE behaviours are.
static void overlaps(void)
{
    static const struct {
        uint32_t word;
        uint64_t x1;    // afterwards
        uint64_t first; // in memory afterwards, at PAGE + 64
    } cases[] = {
        {0xf8408421, PAGE + 72, 0x1111},    // ldr x1, [x1], #8: the new base stays
        {0xa8c10c21, PAGE + 80, 0x1111},    // ldp x1, x3, [x1], #16
        {0xa9400421, 0x2222, 0x1111},       // ldp x1, x1, [x1]: the second value
        {0xf8008421, PAGE + 72, PAGE + 64}, // str x1, [x1], #8: the old base is stored
        {0xa8810421, PAGE + 80, PAGE + 64}, // stp x1, x1, [x1], #16
        {0xf8218021, 0x1111, PAGE + 64},    // swp x1, x1, [x1]
    };
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        uint64_t *memory = (uint64_t *)(PAGE + 64);
        memory[0] = 0x1111;
        memory[1] = 0x2222;
        set_registers(i);
        cpu->x[1] = PAGE + 64;
        check(run(cases[i].word) == IR_EXIT_BRK && cpu->x[1] == cases[i].x1 &&
                  memory[0] == cases[i].first,
              cases[i].word, "overlapping registers");
    }
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) | 1 : UINT64_C(0x9e3779b97f4a7c15);
    one_start();
    slide_all();
    read_only();
    stack_pointer();
    overlaps();
    random_rows(&seed);
    printf("%lu checks, %lu failed; %lu instructions faulted, %lu did not\n", checks, failures,
           faults, passes);
    return failures || faults < 1000 || passes < 1000;
}
