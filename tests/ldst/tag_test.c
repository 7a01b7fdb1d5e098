// SPDX-License-Identifier: MIT
// Tag checks (FEAT_MTE2): which accesses are checked, which bytes of them, and what a wrong tag leads
// to. The tags here are the test's own: those of one page.
//   ldst_tag_test [SEED]
#include "one.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define TAG(n)  ((uint64_t)(n) << 56)
#define POINTER (TAG(0xa5) | (PAGE + 1024)) // tag 5, in a byte that has more than the tag
enum { WORDS_PER_ROW = 24 };

static uint8_t tags[SIZE / (2 * IR_TAG_GRANULE)], page_bits = 1;
static unsigned long checks, failures;

static const struct access {
    uint32_t word;
    const char *text;
    int first; // of the bytes accessed, relative to x1
    unsigned bytes;
    bool reads, writes;
} accesses[] = {
    {0x39400022, "ldrb w2, [x1]", 0, 1, 1, 0},
    {0x78802c22, "ldrsh x2, [x1, #2]!", 2, 2, 1, 0},
    {0xf9400422, "ldr x2, [x1, #8]", 8, 8, 1, 0},
    {0xf85fd022, "ldur x2, [x1, #-3]", -3, 8, 1, 0},
    {0xf81f8c22, "str x2, [x1, #-8]!", -8, 8, 0, 1},
    {0xf8606822, "ldr x2, [x1, x0]", 24, 8, 1, 0},
    {0x3c810422, "str q2, [x1], #16", 0, 16, 0, 1},
    {0xa9400c22, "ldp x2, x3, [x1]", 0, 16, 1, 0},
    {0xa9bf0c22, "stp x2, x3, [x1, #-16]!", -16, 16, 0, 1},
    {0xad400c22, "ldp q2, q3, [x1]", 0, 32, 1, 0},
    {0x4c9f6422, "st1 {v2.8h-v4.8h}, [x1], #48", 0, 48, 0, 1},
    {0x4cdf0822, "ld4 {v2.4s-v5.4s}, [x1], #64", 0, 64, 1, 0},
    {0x0ddfb022, "ld3 {v2.s-v4.s}[1], [x1], #12", 0, 12, 1, 0},
    {0x0dffe022, "ld4r {v2.8b-v5.8b}, [x1], #4", 0, 4, 1, 0},
    {0xc8dffc22, "ldar x2, [x1]", 0, 8, 1, 0},
    {0xc89ffc22, "stlr x2, [x1]", 0, 8, 0, 1},
    {0xc85f7c22, "ldxr x2, [x1]", 0, 8, 1, 0},
    {0xc87f0c22, "ldxp x2, x3, [x1]", 0, 16, 1, 0},
    {0xf8220023, "ldadd x2, x3, [x1]", 0, 8, 1, 1},
    {0x38628023, "swplb w2, w3, [x1]", 0, 1, 1, 1},
    {0xc8a27c23, "cas x2, x3, [x1]", 0, 8, 1, 1},
    {0x48227c24, "casp x2, x3, x4, x5, [x1]", 0, 16, 1, 1},
    {0x19238022, "swpp x2, x3, [x1]", 0, 16, 1, 1},
    {0xd9c00822, "ldapr x2, [x1], #8", 0, 8, 1, 0},
    {0xd50b7421, "sys #3, C7, C4, #1, x1", 0, 64, 0, 1}, // DC ZVA
};

static void check(bool ok, uint32_t word, const char *what)
{
    char text[128];
    checks++;
    if (ok)
        return;
    if (failures++ < 20)
        printf("FAIL %08x %s  x1=%#" PRIx64 " fault_addr=%#" PRIx64 ": %s\n", word,
               a64_disassemble(word, CODE, text, sizeof text), cpu->x[1], cpu->s.fault_addr, what);
}

static void set_registers(uint64_t seed)
{
    for (unsigned i = 0; i < 31; i++)
        cpu->x[i] = random_next(&seed);
    cpu->x[0] = 24;
    cpu->x[1] = POINTER;
    cpu->sp = PAGE + 2048;
    cpu->pstate_bits = 0;
    cpu->s.monitor.size = 0;
    cpu->s.tagging.fault = cpu->s.interrupt = 0;
}

static enum ir_exit run(uint32_t word)
{
    struct {
        uint64_t x[31], sp;
        uint8_t memory[SIZE];
    } before;
    memcpy(before.x, cpu->x, sizeof before.x);
    memcpy(before.memory, (void *)PAGE, SIZE);
    before.sp = cpu->sp;
    enum ir_exit why = one_run(word);
    if (why == IR_EXIT_INTERRUPT && cpu->s.tagging.fault && cpu->s.pc == CODE + 4)
        why = IR_EXIT_BRK; // it went on, and the next instruction's block has ended at once
    if (why == IR_EXIT_TAG)
        check(cpu->s.pc == CODE && cpu->sp == before.sp &&
                  !memcmp(before.x, cpu->x, sizeof before.x),
              word, "the fault changed a register or the pc");
    return why;
}

static void set_tag(uint64_t addr, unsigned tag)
{
    uint8_t *byte = &tags[(addr - PAGE) / 32];
    unsigned shift = (addr - PAGE) / 16 % 2 * 4;
    *byte = (uint8_t)((*byte & ~(15 << shift)) | tag << shift);
}

// One granule of the page has another tag: the access faults if and where it touches that.
static void slide(const struct access *a)
{
    uint64_t bad = POINTER & ~UINT64_C(15), low = ir_untag(bad), high = low + 16;
    for (int at = -80; at < 100; at++) {
        memset(tags, 0x55, sizeof tags);
        set_tag(low, 4);
        set_registers((uint64_t)(at + 1000));
        cpu->x[1] = POINTER + (uint64_t)at;
        uint64_t first = POINTER + (uint64_t)at + (uint64_t)a->first, start = first;
        if (a->bytes == 64 && !a->reads && !strncmp(a->text, "sys", 3))
            first = start = first & ~UINT64_C(63);
        bool hit = ir_untag(first) < high && ir_untag(first) + a->bytes > low;
        if (ir_untag(start) < low)
            start = bad;
        enum ir_exit why = run(a->word);
        if (why == IR_EXIT_ALIGN)
            continue;
        check(why == (hit ? IR_EXIT_TAG : IR_EXIT_BRK), a->word,
              hit ? "no tag check fault" : "a fault where the tags are right");
        // The address is that of a byte of the access, the first in the granule.
        if (hit && why == IR_EXIT_TAG)
            check(cpu->s.fault_addr >= start && cpu->s.fault_addr < start + 16 &&
                      cpu->s.fault_addr / 16 == bad / 16 && cpu->s.arg == !a->reads,
                  a->word, "the fault is not at the first byte with a wrong tag");
    }
}

// What each mode does about a wrong tag, and that PSTATE.TCO and pages without tags have no check.
static void modes(const struct access *a)
{
    static const enum ir_tag_checks all[] = {IR_TAGS_SYNC, IR_TAGS_ASYNC, IR_TAGS_ASYMM};
    memset(tags, 0x44, sizeof tags);
    for (unsigned i = 0; i < ARRAY_LEN(all); i++) {
        cpu->s.tagging.checks = all[i];
        bool stops = all[i] == IR_TAGS_SYNC || (all[i] == IR_TAGS_ASYMM && a->reads);
        set_registers(i);
        check(run(a->word) == (stops ? IR_EXIT_TAG : IR_EXIT_BRK), a->word, "wrong exit");
        check(cpu->s.tagging.fault == !stops, a->word, "fault noted, or not, against the mode");
        set_registers(i);
        cpu->pstate_bits = CPU_PSTATE_TCO;
        check(run(a->word) == IR_EXIT_BRK && !cpu->s.tagging.fault, a->word, "TCO is not heeded");
        page_bits = 0;
        set_registers(i);
        check(run(a->word) == IR_EXIT_BRK && !cpu->s.tagging.fault, a->word,
              "a page without tags is checked");
        page_bits = 1;
    }
    cpu->s.tagging.checks = IR_TAGS_SYNC;
}

// SP as base is not checked, except with write-back or a register offset.
static void stack_pointer(void)
{
    static const struct {
        uint32_t word;
        bool checked;
    } cases[] = {
        {0xf94003e2, false}, // ldr x2, [sp]
        {0xf81f83e2, false}, // stur x2, [sp, #-8]
        {0xf8408be2, false}, // ldtr x2, [sp, #8]
        {0xf84087e2, true},  // ldr x2, [sp], #8
        {0xf81f0fe2, true},  // str x2, [sp, #-16]!
        {0xf8606be2, true},  // ldr x2, [sp, x0]
        {0x3ca06be2, true},  // str q2, [sp, x0]
        {0xa9400fe2, false}, // ldp x2, x3, [sp]
        {0xa8c10fe2, true},  // ldp x2, x3, [sp], #16
        {0xa9bf0fe2, true},  // stp x2, x3, [sp, #-16]!
        {0xad000fe2, false}, // stp q2, q3, [sp]
        {0x4c407be2, false}, // ld1 {v2.4s}, [sp]
        {0x4cdf7be2, true},  // the same with post-index
        {0x0d4083e2, false}, // ld1 {v2.s}[0], [sp]
        {0x0ddf83e2, true},  // the same with post-index
        {0xc85f7fe2, false}, // ldxr x2, [sp]
        {0xc8dfffe2, false}, // ldar x2, [sp]
        {0xf82203e3, false}, // ldadd x2, x3, [sp]
        {0xc8a27fe3, false}, // cas x2, x3, [sp]
        {0xd9c00be2, true},  // ldapr x2, [sp], #8
        {0xd9800be2, true},  // stlr x2, [sp, #-8]!
        {0xd94003e2, false}, // ldapur x2, [sp]
        {0x58000042, false}, // ldr x2, CODE + 8
        {0xf98003e0, false}, // prfm pldl1keep, [sp]
        {0xf8a06be0, false}, // prfm pldl1keep, [sp, x0]
        {0xd50b7a21, false}, // dc cvac, x1
        {0xd9200821, false}, // stg x1, [x1]
        {0xd9600022, false}, // ldg x2, [x1]
    };
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        memset(tags, 0x44, sizeof tags);
        set_registers(i);
        cpu->x[1] = POINTER & ~UINT64_C(15);
        check(run(cases[i].word) == (cases[i].checked ? IR_EXIT_TAG : IR_EXIT_BRK), cases[i].word,
              "checked, or not, by its base");
    }
}

// A store-exclusive is checked where it would store.
static void exclusive(void)
{
    memset(tags, 0x44, sizeof tags);
    set_registers(1);
    cpu->x[1] = POINTER & ~UINT64_C(15);
    check(run(0xc8047c22) == IR_EXIT_BRK && cpu->x[4] == 1, 0xc8047c22, "checked without monitor");
    cpu->pstate_bits = CPU_PSTATE_TCO;
    check(run(0xc85f7c22) == IR_EXIT_BRK, 0xc85f7c22, "the load failed");
    cpu->pstate_bits = 0;
    check(run(0xc8047c22) == IR_EXIT_TAG, 0xc8047c22, "not checked where it would store");
}

// Permission to access comes before the tag.
static void permissions(void)
{
    memset(tags, 0x44, sizeof tags);
    mprotect((void *)PAGE, SIZE, PROT_READ);
    for (enum ir_tag_checks mode = IR_TAGS_SYNC; mode <= IR_TAGS_ASYMM; mode++) {
        cpu->s.tagging.checks = mode;
        set_registers(1);
        check(run(0xf9000022) == IR_EXIT_FAULT, 0xf9000022, "not a permission fault");
        set_registers(1);
        check(run(0xf8220023) == IR_EXIT_FAULT, 0xf8220023, "not a permission fault");
        set_registers(1);
        check(run(0xd9200821) == IR_EXIT_FAULT, 0xd9200821, "stg does not need permission");
        check(tags[0] == 0x44, 0xd9200821, "stg has set a tag without permission");
        check(run(0xd9600022) == IR_EXIT_BRK, 0xd9600022, "ldg needs more than reading");
    }
    cpu->s.tagging.checks = IR_TAGS_SYNC;
    set_registers(1);
    check(run(0xf9400022) == IR_EXIT_TAG, 0xf9400022, "no tag check fault");
    mprotect((void *)PAGE, SIZE, PROT_READ | PROT_WRITE);
}

// Tags as the instructions store and load them.
static void tag_access(void)
{
    static const struct {
        uint32_t word;
        unsigned granules;
        bool zeroes;
    } stores[] = {
        {0xd9200822, 1, false}, // stg x2, [x1]
        {0xd9600822, 1, true},  // stzg x2, [x1]
        {0xd9a00822, 2, false}, // st2g x2, [x1]
        {0xd9e00822, 2, true},  // stz2g x2, [x1]
    };
    for (unsigned i = 0; i < ARRAY_LEN(stores); i++) {
        for (unsigned at = 0; at < 48; at++) {
            memset(tags, 0x44, sizeof tags);
            memset((void *)PAGE, 1, SIZE);
            set_registers(1);
            cpu->x[1] = POINTER + at;
            cpu->x[2] = TAG(0x7e);
            enum ir_exit why = run(stores[i].word);
            check(why == (at % 16 ? IR_EXIT_ALIGN : IR_EXIT_BRK), stores[i].word,
                  "alignment is not as it must be");
            for (unsigned g = 0; g < 6; g++) {
                uint64_t addr = ir_untag(POINTER) + 16 * g;
                bool here = !(at % 16) && g >= at / 16 && g < at / 16 + stores[i].granules;
                check(ir_tag_at(addr - PAGE) == (here ? 14 : 4), stores[i].word, "wrong tag");
                check(*(uint8_t *)(addr + 15) == (here && stores[i].zeroes ? 0 : 1),
                      stores[i].word, "wrong data");
            }
        }
    }
    memset(tags, 0x44, sizeof tags);
    set_tag(PAGE + 1024, 9);
    set_registers(1);
    cpu->x[1] = POINTER + 15;
    cpu->x[2] = 0xff23456789abcdef;
    check(run(0xd9600022) == IR_EXIT_BRK && cpu->x[2] == 0xf923456789abcdef, 0xd9600022,
          "not the granule's tag in bits 59:56");
    page_bits = 0;
    run(0xd9200822);
    check(run(0xd9600022) == IR_EXIT_BRK && cpu->x[2] == 0xf023456789abcdef, 0xd9600022,
          "a page without tags has one");
    page_bits = 1;
    check(ir_tag_at(1024) == 9, 0xd9200822, "a tag was stored for a page without tags");
    set_registers(1);
    cpu->x[1] = POINTER & ~UINT64_C(63);
    run(0xd50b7461); // dc gva, x1
    check(ir_tag_at(1023) == 4 && ir_tag_at(1024) == 5 && ir_tag_at(1024 + 63) == 5 &&
              ir_tag_at(1024 + 64) == 4,
          0xd50b7461, "not the tags of the block");
    set_registers(1);
    run(0xa9000c22); // something to be zeroed
    cpu->x[1] = TAG(3) | (PAGE + 1024 + 32);
    run(0xd50b7481); // dc gzva, x1
    check(ir_tag_at(1024) == 3 && ir_tag_at(1024 + 63) == 3 && *(uint64_t *)(PAGE + 1024) == 0,
          0xd50b7481, "not the tags of the block, or not zero");
    set_registers(1);
    cpu->x[1] = TAG(6) | (PAGE + 1024);
    check(run(0x69000c22) == IR_EXIT_BRK && ir_tag_at(1024) == 6 && ir_tag_at(1024 + 16) == 3 &&
              *(uint64_t *)(PAGE + 1024) == cpu->x[2] &&
              *(uint64_t *)(PAGE + 1032) == cpu->x[3],
          0x69000c22, "stgp");
}

// IRG gives every tag that is not excluded, and no other.
static void random_tags(void)
{
    static const unsigned excludes[] = {0, 1, 0xfffe, 0x5a5a, 0x7fff, 0xffff};
    for (unsigned i = 0; i < ARRAY_LEN(excludes); i++) {
        unsigned seen = 0, allowed = excludes[i] == 0xffff ? 1 : ~excludes[i] & 0xffff;
        for (unsigned n = 0; n < 1000; n++) {
            set_registers(n);
            cpu->s.tagging.exclude = excludes[i] & 0xff00;
            cpu->x[2] = (excludes[i] & 0xff) | 0xffff0000;
            run(0x9ac21023); // irg x3, x1, x2
            seen |= 1u << ir_tag_of(cpu->x[3]);
            check((cpu->x[3] ^ cpu->x[1]) << 8 == 0 && cpu->x[3] >> 60 == cpu->x[1] >> 60,
                  0x9ac21023, "more than the tag has changed");
        }
        check(seen == allowed, 0x9ac21023, "not exactly the tags that may be chosen");
    }
    cpu->s.tagging.exclude = 0;
}

// Rows that access no memory through a base register, or are not checked, or not always.
static bool may_be_unchecked(const char *name)
{
    static const char *const names[] = {"ldr_lit", "ldrsw_lit", "prf", "ldg",  "stg",
                                        "stzg",    "st2g",      "stz2g", "stx", "stlx"};
    for (unsigned i = 0; i < ARRAY_LEN(names); i++)
        if (!strncmp(name, names[i], strlen(names[i])))
            return true;
    return false;
}

// No load or store is forgotten.
static void all_rows(uint64_t *seed)
{
    memset(tags, 0x44, sizeof tags);
    for (unsigned row = 0; row < a64_row_count; row++) {
        if (!one_is_load_store(row) || may_be_unchecked(a64_rows[row]->name))
            continue;
        for (unsigned i = 0; i < WORDS_PER_ROW; i++) {
            uint32_t word = row_random_word(row, seed);
            unsigned n = word >> 5 & 31, m = word >> 16 & 31;
            struct a64_decoded d;
            if (n == 31 || !a64_decode(word, &d))
                continue;
            set_registers(*seed);
            if (m != n && m < 31)
                cpu->x[m] = 0;
            cpu->x[n] = TAG(5) | (PAGE + 2048);
            enum ir_exit why = run(word);
            bool outside = why == IR_EXIT_BRK && // a large offset leads to where no tags are
                           (word >> 24 & 3) == 1;
            check(why == IR_EXIT_TAG || why == IR_EXIT_FAULT || why == IR_EXIT_ALIGN ||
                      why == IR_EXIT_UNDEF || outside ||
                      (why == IR_EXIT_BRK && m == n),
                  word, "not checked");
        }
    }
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) | 1 : UINT64_C(0x9e3779b97f4a7c15);
    one_start();
    ir_tag_memory = (struct ir_tag_memory){PAGE, SIZE, tags, &page_bits};
    cpu->s.tagging.checks = IR_TAGS_SYNC;
    for (const struct access *a = accesses; a < accesses + ARRAY_LEN(accesses); a++) {
        char text[128];
        check(!strcmp(a64_disassemble(a->word, CODE, text, sizeof text), a->text), a->word,
              "not what the table says");
        slide(a);
        modes(a);
    }
    stack_pointer();
    exclusive();
    permissions();
    tag_access();
    random_tags();
    all_rows(&seed);
    printf("%lu checks, %lu failed\n", checks, failures);
    return failures != 0;
}
