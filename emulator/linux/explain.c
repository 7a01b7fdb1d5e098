// SPDX-License-Identifier: MIT
#include "linux/explain.h"

#include "a64/model.h"
#include "a64/translate.h"
#include "base/die.h"
#include "linux/symbols.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

// " in function+0x10 (image)", as far as it is known.
static const char *describe_place(uint64_t pc, char *out, size_t size)
{
    char image[4096], name[256];
    out[0] = 0;
    if (symbols_name(pc, name, sizeof name, image, sizeof image))
        snprintf(out, size, " in %s (%s)", name, image);
    return out;
}

void explain_sigill(struct thread *t, uint32_t word, bool unimplemented)
{
    enum explain wanted = process.options.explain_sigill;
    uint64_t pc = t->cpu.s.pc;
    char text[128], place[5000];
    struct a64_decoded d;
    bool dies = !signal_has_handler(t, SIGILL);
    enum a64_feature feature = a64_missing(word);
    bool tell_feature = wanted == EXPLAIN_ALL || (wanted == EXPLAIN_DEATH && dies);
    // UDF (upper half zero) is meant to die, and says nothing.
    bool unknown = word >> 16 && (unimplemented || !a64_decode(word, &d));
    if (feature != FEAT_BASE ? !tell_feature : !(unknown && (dies || wanted == EXPLAIN_ALL)))
        return;
    a64_disassemble(word, pc, text, sizeof text);
    describe_place(pc, place, sizeof place);
    if (feature != FEAT_BASE)
        complain("instruction needs %s, which -cpu %s lacks: %s (%08x) at %#" PRIx64 "%s",
                 a64_feature_name(feature), process.options.cpu ? process.options.cpu : "max", text,
                 word, pc, place);
    else
        complain("instruction not implemented at %#" PRIx64 ": %08x %s%s", pc, word, text, place);
}
