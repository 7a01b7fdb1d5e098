// SPDX-License-Identifier: MIT
// One test of a pass from a text file, as --dump-after writes it: a line "pass NAME", which its
// folder is called, or "pass all"; the block before, a line "->", the block after. There may be
// comments ('#'). Both blocks must keep the rules of ir_verify.
//   text_test FILE          that test
//   text_test -f FOLDER     whether each pass has tests in that folder
#include "a64/state.h"
#include "base/die.h"
#include "opt/opt.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

static void parse(const char *text, struct ir_block *ir, struct ir_inst *storage, const char *which)
{
    ir_block_init(ir, storage, OPT_MAX_INSTS, 0);
    const char *what = ir_parse(text, ir, a64_slot_name);
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
    ir_print(f, ir, a64_slot_name);
    fclose(f);
    return text;
}

static void run(const char *name, struct ir_block *ir, const char *path)
{
    const struct opt_pass *pass = opt_find(name);
    char folder[64];
    snprintf(folder, sizeof folder, "/%s/", name);
    if (!pass && strcmp(name, "all") != 0)
        die("%s: no pass is called %s", path, name);
    if (!strstr(path, folder))
        die("%s: tests of the pass %s are in a folder of that name", path, name);
    if (pass)
        pass->run(ir);
    else
        opt_run(ir, OPT_BLOCKS | OPT_REGIONS);
    opt_compact(ir);
}

static bool each_has_tests(const char *folder)
{
    bool all = true;
    for (unsigned i = 0; i < OPT_PASS_COUNT; i++) {
        char pattern[4096];
        glob_t found;
        snprintf(pattern, sizeof pattern, "%s/%s/*.ir", folder, opt_passes[i].name);
        if (glob(pattern, 0, NULL, &found) != 0) {
            printf("FAIL the pass %s has no test: %s\n", opt_passes[i].name, pattern);
            all = false;
            continue;
        }
        globfree(&found);
    }
    return all;
}

int main(int argc, char **argv)
{
    static char text[1 << 16];
    static struct ir_inst before_storage[OPT_MAX_INSTS], after_storage[OPT_MAX_INSTS];
    struct ir_block before, after;
    char name[32];
    if (argc == 3 && !strcmp(argv[1], "-f"))
        return !each_has_tests(argv[2]);
    FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (!f)
        die("usage: text_test FILE, or text_test -f FOLDER");
    text[fread(text, 1, sizeof text - 1, f)] = 0;
    fclose(f);
    char *start = text[0] == 'p' ? text : strstr(text, "\npass "), *arrow = strstr(text, "\n->\n");
    if (!start || !arrow || sscanf(start, " pass %31s", name) != 1)
        die("%s: needs \"pass NAME\", a block, \"->\", a block", argv[1]);
    *arrow = 0;
    parse(strstr(start, name) + strlen(name), &before, before_storage, "the block before");
    parse(arrow + 4, &after, after_storage, "the block after");
    run(name, &before, argv[1]);
    const char *rule = ir_verify(&before);
    char *got = print(&before), *want = print(&after);
    if (!rule && !strcmp(got, want))
        return 0;
    printf("FAIL %s %s\n%s\nexpected:\n%s", name, rule ? rule : "gives", got, want);
    return 1;
}
