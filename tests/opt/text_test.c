// SPDX-License-Identifier: MIT
// One test of a pass from a text file: a line "pass NAME" (or "pass all"), the block before, a line
// "->", the block after. After "pass" lines and blocks there may be comments ('#'). Both blocks
// must keep the rules of ir_verify.
#include "base/die.h"
#include "ir/state.h"
#include "opt/opt.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(offsetof(struct ir_state, fp) == 0x10,
               "the texts name the slot of fpcr and fpsr by its offset");

static void parse(const char *text, struct ir_block *ir, struct ir_inst *storage, const char *which)
{
    ir_block_init(ir, storage, OPT_MAX_INSTS, 0);
    const char *what = ir_parse(text, ir);
    if (!what)
        what = ir_verify(ir);
    if (what)
        die("%s: %s", which, what);
}

static char *print(const struct ir_block *ir)
{
    char *text;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    ir_print(f, ir, NULL);
    fclose(f);
    return text;
}

int main(int argc, char **argv)
{
    static char text[1 << 16];
    static struct ir_inst before_storage[OPT_MAX_INSTS], after_storage[OPT_MAX_INSTS];
    struct ir_block before, after;
    char name[32];
    FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (!f)
        die("usage: text_test FILE");
    text[fread(text, 1, sizeof text - 1, f)] = 0;
    fclose(f);
    char *start = text[0] == 'p' ? text : strstr(text, "\npass "), *arrow = strstr(text, "\n->\n");
    if (!start || !arrow || sscanf(start, " pass %31s", name) != 1)
        die("%s: needs \"pass NAME\", a block, \"->\", a block", argv[1]);
    *arrow = 0;
    parse(strstr(start, name) + strlen(name), &before, before_storage, "the block before");
    parse(arrow + 4, &after, after_storage, "the block after");
    const struct opt_pass *pass = opt_find(name);
    if (!pass && strcmp(name, "all") != 0)
        die("%s: no pass is called %s", argv[1], name);
    if (pass) {
        pass->run(&before);
        opt_compact(&before);
    } else {
        opt_run(&before);
    }
    const char *rule = ir_verify(&before);
    char *got = print(&before), *want = print(&after);
    if (!rule && !strcmp(got, want))
        return 0;
    printf("FAIL %s %s\n%s\nexpected:\n%s", name, rule ? rule : "gives", got, want);
    return 1;
}
