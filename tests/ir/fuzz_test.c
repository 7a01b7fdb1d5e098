// SPDX-License-Identifier: MIT
// Random blocks and regions through eval_compile and eval_run against the reference.
//   fuzz_test [BLOCKS [SEED]]     prints the first block that differs, with its seed
#include "fuzz.h"

#include <inttypes.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    static struct ir_inst storage[FUZZ_INSTS];
    static struct fuzz_result start, want, got;
    unsigned long blocks = argc > 1 ? strtoul(argv[1], NULL, 0) : 100000, faults = 0, ops = 0,
                  passed = 0;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    fuzz_init();
    for (unsigned long n = 0; n < blocks; n++) {
        struct ir_block ir;
        uint64_t first = seed;
        fuzz_any(&ir, storage, &seed);
        fuzz_start(&start, &seed);
        const char *what = ir_verify(&ir);
        if (!what) {
            fuzz_run_reference(&ir, &start, &want);
            fuzz_run_evaluator(&ir, &start, &got);
            what = fuzz_differ(&want, &got);
            faults += want.fault;
            passed += start.patience - want.patience;
            ops += ir.count;
        }
        if (what) {
            printf("FAIL %s (reference and evaluator); again with: fuzz_test 1 %" PRIu64 "\n", what,
                   first);
            ir_print(stdout, &ir, NULL);
            return 1;
        }
    }
    printf("%lu blocks, %lu operations, %lu faults, %lu labels passed: the same\n", blocks, ops,
           faults, passed);
    return faults == 0 || passed == 0;
}
