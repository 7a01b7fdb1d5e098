// SPDX-License-Identifier: MIT
// ir_verify: each rule accepts what keeps it and names itself when it is broken.
#include "base/host.h"
#include "ir/ir.h"

#include <string.h>

static unsigned failures;

static void check_block(const struct ir_block *ir, const char *expected)
{
    const char *rule = ir_verify(ir);
    if (expected ? rule && strstr(rule, expected) != NULL : !rule)
        return;
    printf("FAIL says: %s\n     expected: %s\n", rule ? rule : "nothing",
           expected ? expected : "nothing");
    ir_print(stdout, ir, NULL);
    failures++;
}

static void check(const char *text, const char *expected)
{
    static struct ir_inst storage[64];
    struct ir_block ir;
    ir_block_init(&ir, storage, ARRAY_LEN(storage), 0);
    const char *what = ir_parse(text, &ir, NULL);
    if (what) {
        printf("FAIL not IR: %s\n%s\n", what, text);
        failures++;
        return;
    }
    check_block(&ir, expected);
}

#define BODY(text) "block 0x1000\ninsn 0x1000\n" text "\nbr 0x1004\n"

static void good(void)
{
    check(BODY("nop"), NULL);
    check(BODY("%1 = getx 0x100\n%2 = getw 0x104\n%3 = zext %2\n%4 = add64 %1 %3\nsetx %4 0x1ff8"),
          NULL);
    check(BODY("%1 = getv 0x100\nsetv %1 0x1ff0"), NULL);
    check(BODY("%1 = getx 0x100\n%2 = ld64 %1 0xffffffffffffffff\nsetx %2 0x100\nfence 11"), NULL);
    // The next guest instruction may fault again.
    check(BODY("%1 = getx 0x100\nsetx %1 0x108\ninsn 0x1004\n%2 = ld64 %1 0\nsetx %2 0x100"), NULL);
    check(
        BODY(
            "%1 = getx 0x100\n%2 = ubfx64 %1 0x0140\n%3 = ubfx64 %1 0x4000\n%4 = extr64 %1 %1 0x3f"),
        "literal out of range");
    check(
        BODY(
            "%1 = getx 0x100\n%2 = ubfx64 %1 0x013f\n%3 = ubfx64 %1 0x4000\n%4 = extr64 %1 %1 0x3f"),
        NULL);
    check("block 0\ninsn 0\n%1 = getf 0x100\nbr_cond %1 $13 8\nexit $2 4", NULL);
}

static void bad_shape(void)
{
    static struct ir_inst storage[8];
    struct ir_block ir;
    check("block 0", "does not begin with a guest instruction");
    check("block 0\nbr 4", "does not begin with a guest instruction");
    check("block 0\ninsn 0", "does not end by leaving");
    check("block 0\ninsn 0\n%1 = getx 0x100\nbr_nz64 %1 4", "does not end by leaving");
    check("block 0\ninsn 0\nbr 4\nbr 8", "%2 br: operations follow the end");
    check("block 0\ninsn 0\nbr 4\ninsn 4\nbr 8", "%2 br: operations follow the end");
    check("block 0\ninsn 0\nbr 4\ninsn 4\nlabel 4\nbr 8", NULL);
    check("block 0\ninsn 0\nbr 4\nnop\ninsn 4\nnop\nlabel 4\nbr 8", NULL);
    check("block 0\ninsn 0\nexit $4 0\nfence 11", "%2 exit: operations follow the end");
    check("block 0\ninsn 0\nexit $4 0\nnop", "does not end by leaving");
    check("block 0\ninsn 0\n%1 = getx 0x100\ninsn 4\nlabel 4\nsetx %1 0x108\nbr 8",
          "setx: operand a was made before the label at %4");
    ir_block_init(&ir, storage, ARRAY_LEN(storage), 0);
    ir_emit(&ir, IR_insn, 0, 0, 0, 0);
    ir_emit(&ir, IR_OP_COUNT, 0, 0, 0, 0);
    check_block(&ir, "%2 ?: no such operation");
    ir.capacity = 2;
    check_block(&ir, "longer than its storage");
}

// What text cannot say: operands are given as they would be in memory. %2 is an X, %3 a W value.
static void bad_operands(enum ir_op op, ir_ref a, ir_ref b, ir_ref c, uint64_t imm,
                         const char *expected)
{
    static struct ir_inst storage[16];
    struct ir_block ir;
    ir_block_init(&ir, storage, ARRAY_LEN(storage), 0);
    ir_emit(&ir, IR_insn, 0, 0, 0, 0);
    ir_emit(&ir, IR_const64, 0, 0, 0, 1);
    ir_emit(&ir, IR_const32, 0, 0, 0, 1);
    ir_emit(&ir, op, a, b, c, imm);
    ir_emit(&ir, IR_br, 0, 0, 0, 4);
    check_block(&ir, expected);
}

static void bad_values(void)
{
    bad_operands(IR_add64, 2, 2, 0, 0, NULL);
    bad_operands(IR_add64, 2, 0, 0, 0, "%4 add64: operand b is missing");
    bad_operands(IR_add64, 4, 2, 0, 0, "%4 add64: operand a is used before it is defined");
    bad_operands(IR_add64, 2, 5, 0, 0, "%4 add64: operand b is used before it is defined");
    bad_operands(IR_add64, 2, 60000, 0, 0, "%4 add64: operand b is used before it is defined");
    bad_operands(IR_add64, 2, 2, 2, 0, "%4 add64: operand c is not used by this operation");
    bad_operands(IR_not64, 2, 2, 0, 0, "%4 not64: operand b is not used by this operation");
    bad_operands(IR_add64, 2, 3, 0, 0, "%4 add64: operand b has the wrong type");
    bad_operands(IR_add32, 2, 3, 0, 0, "%4 add32: operand a has the wrong type");
    bad_operands(IR_add64, 1, 2, 0, 0,
                 "%4 add64: operand a has the wrong type"); // insn has no result
    bad_operands(IR_adc64, 2, 2, 2, 0, "%4 adc64: operand c has the wrong type");
    bad_operands(IR_add64, 2, 2, 0, 1, "%4 add64: literal out of range");
}

static void bad_literals(void)
{
    static const char *const bodies[] = {
        "%1 = const32 0x100000000",
        "%1 = constf 16",
        "%1 = getx 0x104",
        "%1 = getw 0x102",
        "%1 = getv 0x108",
        "%1 = getx 0x2000",
        "%1 = getv 0x2000",
        "%1 = const64 1\nsetx %1 0x1ffc",
        "%1 = const32 1\n%2 = ubfx32 %1 0x2001",
        "%1 = const32 1\n%2 = sbfx32 %1 0x0000",
        "%1 = const32 1\n%2 = bfi32 %1 %1 0x0120",
        "%1 = const32 1\n%2 = extr32 %1 %1 32",
        "%1 = constf 1\n%2 = setc %1 16",
        "%1 = getv 0\n%2 = vget8 %1 16",
        "%1 = getv 0\n%2 = vget64 %1 2",
        "%1 = const64 1\nalign_check %1 3",
        "%1 = getv 0\n%2 = vlow %1 9",
        "%1 = getv 0\n%2 = vins32 %1 %1 0x400",
        "%1 = getv 0\n%2 = vushr8 %1 0",
        "%1 = getv 0\n%2 = vushr8 %1 9",
        "%1 = getv 0\n%2 = vshl8 %1 8",
        "insn 2",
        "%1 = getv 0\n%2 = fadd64 %1 %1 3",
        "%1 = getv 0\n%2 = fadd64 %1 %1 0",
        "%1 = getv 0\n%2 = fmlal %1 %1 %1 0x504",
        "%1 = getv 0\n%2 = frint32 %1 0x6000001",
        "%1 = getv 0\n%2 = fcvt64_32 %1 4",
        "%1 = getx 0\n%2 = pac %1 %1 0x1f",   // no level
        "%1 = getx 0\n%2 = aut %1 %1 0xc0",   // levels end at 5
        "%1 = getx 0\n%2 = pacga %1 %1 0xb8", // no such algorithm
    };
    for (unsigned i = 0; i < ARRAY_LEN(bodies); i++) {
        char text[200];
        snprintf(text, sizeof text, BODY("%s"), bodies[i]);
        check(text, "literal out of range");
    }
    check("block 0\ninsn 0\n%1 = constf 1\nbr_cond %1 $16 4\nbr 4", "literal out of range");
    check("block 0\ninsn 0\n%1 = const64 1\nbr_reg %1 $8", "literal out of range");
    check("block 0\ninsn 0\n%1 = const64 1\ncall_reg %1 $4", "literal out of range");
    check("block 0\ninsn 0\ncall 4\nbr 4", "operations follow");
    check("block 0\ninsn 0\nexit $0 4", "literal out of range");
    check("block 0\ninsn 0\nexit $99 4", "literal out of range");
}

static void bad_order(void)
{
    check(BODY("%1 = getx 0x100\nsetx %1 0x108\n%2 = ld64 %1 0"),
          "may fault after its guest instruction changed the state");
    check(BODY("%1 = getv 0x100\nsetv %1 0x200\n%2 = getx 0\nvst128 %2 %1 0"), "may fault after");
    check(BODY("%1 = getv 0x100\n%2 = getx 0x108"),
          "%3 getx: slot is used as a vector and as a scalar");
    check(BODY("%1 = getx 0x100\nsetx %1 0x208\n%2 = getv 0x200"),
          "slot is used as a vector and as a scalar");
    check(BODY("%1 = getf 0x100\nsetf %1 0x108\n%2 = getx 0\nsp_check %2"), "may fault after");
    check(BODY("%1 = getx 0x100\nsetx %1 0x108\n%2 = aut %1 %1 0xa0"), "may fault after");
}

int main(void)
{
    good();
    bad_shape();
    bad_values();
    bad_literals();
    bad_order();
    printf("%u failures\n", failures);
    return failures != 0;
}
