// SPDX-License-Identifier: MIT
// ir_print and ir_parse: what one prints the other reads, and what is not IR is refused in words.
#include "a64/translate.h"
#include "base/bits.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY = 2048 };
static unsigned failures;

static char *print(const struct ir_block *ir)
{
    char *text;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    ir_print(f, ir, NULL);
    fclose(f);
    return text;
}

// Whether text -> block -> text -> block comes out the same.
static void round_trip(const char *text)
{
    static struct ir_inst storage[2][CAPACITY];
    struct ir_block ir[2];
    char *printed[2] = {NULL, NULL};
    for (unsigned i = 0; i < 2; i++) {
        ir_block_init(&ir[i], storage[i], CAPACITY, 0);
        const char *what = ir_parse(i ? printed[0] : text, &ir[i], NULL);
        if (what) {
            printf("FAIL refused: %s\n%s\n", what, text);
            failures++;
            return;
        }
        printed[i] = print(&ir[i]);
    }
    if (strcmp(printed[0], printed[1]) != 0 || ir[0].count != ir[1].count || ir[0].pc != ir[1].pc ||
        memcmp(storage[0], storage[1], ir[0].count * sizeof storage[0][0]) != 0) {
        printf("FAIL changed:\n%s\ninto:\n%s\n", printed[0], printed[1]);
        failures++;
    }
    free(printed[0]);
    free(printed[1]);
}

static void refused(const char *text, const char *expected)
{
    static struct ir_inst storage[6];
    struct ir_block ir;
    ir_block_init(&ir, storage, ARRAY_LEN(storage), 0);
    const char *what = ir_parse(text, &ir, NULL);
    if (!what || strcmp(what, expected) != 0) {
        printf("FAIL \"%s\"\n    says: %s\n    expected: %s\n", text, what ? what : "nothing",
               expected);
        failures++;
    }
}

// Slots by their names.
static void names(void)
{
    static struct ir_inst storage[16];
    struct ir_block ir;
    const char *text = "block 0\ninsn 0\n%1 = getw x3h\n%2 = getx sp\nsetx %2 fpcr\nsetx %2 0x8";
    ir_block_init(&ir, storage, ARRAY_LEN(storage), 0);
    const char *what = ir_parse(text, &ir, a64_slot_name);
    if (what || storage[2].imm != offsetof(struct cpu, x[3]) + 4 ||
        storage[3].imm != offsetof(struct cpu, sp) ||
        storage[4].imm != offsetof(struct cpu, s.fp) || storage[5].imm != 8) {
        printf("FAIL names of slots: %s\n", what ? what : "others");
        failures++;
    }
    ir_block_init(&ir, storage, ARRAY_LEN(storage), 0);
    what = ir_parse("block 0\ninsn 0\n%1 = getx x31", &ir, a64_slot_name);
    if (!what || strcmp(what, "line 3: no slot is called \"x31\"") != 0) {
        printf("FAIL a name of no slot: %s\n", what ? what : "accepted");
        failures++;
    }
}

// Every operation once, with operands of any type: text does not know types.
static void every_operation(void)
{
    static struct ir_inst storage[CAPACITY];
    struct ir_block ir;
    ir_block_init(&ir, storage, CAPACITY, 0x7ffffffff000);
    ir_ref value = ir_emit(&ir, IR_const64, 0, 0, 0, UINT64_MAX);
    for (unsigned op = 1; op < IR_OP_COUNT; op++) {
        const struct ir_op_info *info = &ir_op_info[op];
        ir_ref r[3];
        for (unsigned k = 0; k < 3; k++)
            r[k] = info->operand[k] == IR_TYPE_N ? 0 : value;
        if (info->flags & IR_CLIT)
            r[2] = 7;
        ir_emit(&ir, (enum ir_op)op, r[0], r[1], r[2],
                info->flags & IR_IMM ? op * UINT64_C(0x100000001) : 0);
    }
    char *text = print(&ir);
    struct ir_inst *copy = malloc(sizeof storage);
    struct ir_block back;
    ir_block_init(&back, copy, CAPACITY, 0);
    const char *what = ir_parse(text, &back, NULL);
    if (what || back.count != ir.count || memcmp(copy, storage, ir.count * sizeof *copy) != 0) {
        printf("FAIL a block with every operation: %s\n", what ? what : "changed");
        failures++;
    }
    free(copy);
    free(text);
}

// Real blocks, from words that are mostly instructions.
static void translated_blocks(void)
{
    static struct ir_inst storage[CAPACITY];
    uint64_t seed = 88172645463325252;
    for (unsigned i = 0; i < 2000; i++) {
        uint32_t code[8];
        struct a64_tr t;
        for (unsigned k = 0; k < ARRAY_LEN(code); k++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
            code[k] = (uint32_t)(seed >> 32);
        }
        a64_translate_block(
            &t, storage, CAPACITY,
            &(struct a64_code){0x400000, code, ARRAY_LEN(code), 0, false, false, NULL});
        char *text = print(&t.ir);
        round_trip(text);
        free(text);
    }
}

int main(void)
{
    every_operation();
    names();
    translated_blocks();
    round_trip(
        "# a comment\n\n block 0x10\n%7 = const64 5\n  # another\n%3=add64 %7 %7\n setx %3 0x10\n");
    round_trip("block 0"); // no newline, no instruction
    refused("", "no \"block PC\" line");
    refused("# only this", "no \"block PC\" line");
    refused("blok 5", "line 1: expected \"block PC\"");
    refused("block x", "line 1: expected the block's address");
    refused("block 0\nfoo", "line 2: unknown operation \"foo\"");
    refused("block 0\n%1 = foo", "line 2: unknown operation \"foo\"");
    refused("block 0\n%1 = addd64 %1 %1", "line 2: unknown operation \"addd64\"");
    refused("block 0\n%1 const64 5", "line 2: expected \"=\" after the value");
    refused("block 0\n%1 = setx %1 0", "line 2: setx has no result");
    refused("block 0\nconst64 5", "line 2: the result of const64 needs a name");
    refused("block 0\n%1 = const64", "line 2: expected a literal");
    refused("block 0\n%1 = const64 %1", "line 2: expected a literal");
    refused("block 0\n%1 = not64 5", "line 2: expected a value (%N)");
    refused("block 0\n%1 = not64 %2", "line 2: value %2 is not defined before this line");
    refused("block 0\n%1 = not64 %1", "line 2: value %1 is not defined before this line");
    refused("block 0\n%0 = const64 1", "line 2: value %0 cannot be defined");
    refused("block 0\n%1 = const64 1\n%1 = const64 2", "line 3: value %1 is defined twice");
    refused("block 0\n%99999 = const64 1", "line 2: a value (%N) is too large");
    refused("block 0\n%1 = const64 1 2", "line 2: text after the last operand");
    refused("block 0\nexit 3", "line 2: expected a small literal ($N)");
    refused("block 0\nexit $3", "line 2: expected a literal");
    refused("block 0\n\n\nnop\nnop\nnop\nnop\nnop\nnop",
            "line 9: the block has no room for more than 5 operations");
    printf("%u failures\n", failures);
    return failures != 0;
}
