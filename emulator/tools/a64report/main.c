// SPDX-License-Identifier: MIT
// a64report: explains a core file of an AArch64 program, or a process that a64run has stopped. It
// is a program of its own, started only when there is something to explain, so that the emulator
// needs no library.
//
//     a64report [--json] CORE            the report of a core file, on standard output
//     a64report [--json] --notes=FD --memory=FD
//                                        as a64run starts it: descriptors of the beginning of such
//                                        a file, and of the process's memory
#include "exception.h"
#include "modules.h"
#include "unwind.h"
#include "waiting.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// What the C library had to say when it called abort: an assertion, a broken heap, a smashed stack.
static void find_message(struct image *i, Dwfl *dwfl)
{
    uint64_t variable, at;
    char text[1024] = "";
    const uint64_t head = 4; // its size comes first
    const char *signal = facts_find(&i->report.facts, 0, "signal", 0);
    if (!signal || strcmp(signal, "SIGABRT") != 0)
        return;
    variable = modules_address(dwfl, "__abort_msg");
    if (!variable || !image_memory(i, variable, &at, sizeof at) || !at)
        return;
    for (size_t n = 0;
         n < sizeof text - 1 && image_memory(i, at + head + n, text + n, 1) && text[n];)
        n++;
    text[strcspn(text, "\n")] = 0;
    if (text[0])
        facts_add(&i->report.facts, "message", text);
}

static bool number_of(const char *word, const char *option, int *number)
{
    size_t n = strlen(option);
    if (strncmp(word, option, n) != 0)
        return false;
    *number = atoi(word + n);
    return true;
}

int main(int argc, char **argv)
{
    static struct image i;
    bool json = false;
    int core = -1, memory = -1, k = 1;
    for (; k < argc && argv[k][0] == '-'; k++) {
        if (!strcmp(argv[k], "--json"))
            json = true;
        else if (!number_of(argv[k], "--notes=", &core) &&
                 !number_of(argv[k], "--memory=", &memory))
            break;
    }
    if (core < 0 && k + 1 == argc) {
        core = open(argv[k], O_RDONLY | O_CLOEXEC);
        if (core < 0) {
            fprintf(stderr, "a64report: %s: %s\n", argv[k], strerror(errno));
            return 1;
        }
    } else if (core < 0 || k < argc) {
        fprintf(stderr,
                "usage: a64report [--json] CORE: explains a core file of an AArch64 program\n");
        return 1;
    }
    elf_version(EV_CURRENT);
    if (!image_read(&i, core, memory))
        return 1;
    Dwfl *dwfl = modules_open(&i);
    if (!dwfl)
        return 1;
    for (size_t t = 0; t < i.report.threads; t++)
        unwind(&i, dwfl, &i.report.thread[t]);
    find_message(&i, dwfl);
    exception_explain(&i);
    waiting_explain(&i, dwfl);
    (json ? report_json : report_text)(stdout, &i.report);
    dwfl_end(dwfl);
    return fflush(stdout) || ferror(stdout);
}
