// SPDX-License-Identifier: MIT
// Random blocks and regions through each pass and all of them: rules kept, and the same effect as
// the original on the reference, when run by the evaluator.
//   fuzz_test [BLOCKS [SEED]]     prints the first block that differs, with its seed
#include "fuzz.h"
#include "opt/opt.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static struct ir_inst storage[FUZZ_INSTS], copy[FUZZ_INSTS];
static struct fuzz_result start, want, got;
static unsigned long removed, total, passed;

static const char *run(const struct ir_block *original, const struct opt_pass *pass)
{
    struct ir_block ir = *original;
    memcpy(copy, storage, original->count * sizeof *copy);
    ir.inst = copy;
    if (pass)
        pass->run(&ir);
    else
        opt_run(&ir, OPT_BLOCKS | OPT_REGIONS);
    const char *what = ir_verify(&ir);
    if (!what) {
        fuzz_run_evaluator(&ir, &start, &got);
        what = fuzz_differ(&want, &got);
    }
    if (!pass) {
        total += original->count;
        removed += original->count - ir.count;
    }
    if (!what)
        return NULL;
    printf("FAIL %s: %s\n", pass ? pass->name : "all", what);
    ir_print(stdout, original, NULL);
    printf("became\n");
    ir_print(stdout, &ir, NULL);
    return what;
}

int main(int argc, char **argv)
{
    unsigned long blocks = argc > 1 ? strtoul(argv[1], NULL, 0) : 50000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    fuzz_init();
    for (unsigned long n = 0; n < blocks; n++) {
        struct ir_block ir;
        uint64_t first = seed;
        fuzz_any(&ir, storage, &seed);
        fuzz_start(&start, &seed);
        fuzz_run_reference(&ir, &start, &want);
        passed += start.patience - want.patience;
        for (unsigned i = 0; i <= OPT_PASS_COUNT; i++) {
            if (run(&ir, i < OPT_PASS_COUNT ? &opt_passes[i] : NULL)) {
                printf("again with: fuzz_test 1 %" PRIu64 "\n", first);
                return 1;
            }
        }
    }
    printf("%lu blocks, %lu labels passed: the same after each pass and after all, which "
           "removed %lu of %lu operations\n",
           blocks, passed, removed, total);
    return removed == 0 || passed == 0;
}
