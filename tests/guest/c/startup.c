// SPDX-License-Identifier: MIT
// variants: O0-static O2-static-pie O2-dynamic
// args: first second
// env: GUEST_TEST_VARIABLE=value
/* What the kernel hands to a new process: argv, environment, auxiliary vector, stack, registers. */
#define _GNU_SOURCE
#include "guest.h"

#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

extern char **environ;
extern const char __ehdr_start[];
extern void _start(void);

int main(int argc, char **argv)
{
    CHECK(argc == 3 && strcmp(argv[1], "first") == 0 && strcmp(argv[2], "second") == 0 &&
          argv[3] == NULL);
    CHECK(strstr(argv[0], "startup") != NULL &&
          strcmp(program_invocation_short_name, "startup") == 0);
    const char *value = getenv("GUEST_TEST_VARIABLE");
    CHECK(value && strcmp(value, "value") == 0);
    CHECK(environ == argv + argc + 1 || environ != NULL);
    CHECK(setenv("NEW", "1", 1) == 0 && strcmp(getenv("NEW"), "1") == 0 && unsetenv("NEW") == 0 &&
          !getenv("NEW"));

    CHECK(getauxval(AT_PAGESZ) == 4096 && sysconf(_SC_PAGESIZE) == 4096 && getpagesize() == 4096);
    CHECK(getauxval(AT_CLKTCK) == 100);
    CHECK(getauxval(AT_UID) == getuid() && getauxval(AT_EUID) == geteuid());
    CHECK(getauxval(AT_GID) == getgid() && getauxval(AT_EGID) == getegid());
    CHECK(getauxval(AT_SECURE) == 0);
    CHECK(getauxval(AT_ENTRY) == (unsigned long)_start);
    const Elf64_Ehdr *ehdr = (const void *)__ehdr_start;
    CHECK(memcmp(ehdr->e_ident, ELFMAG, SELFMAG) == 0 && ehdr->e_machine == EM_AARCH64);
    CHECK(getauxval(AT_PHDR) == (unsigned long)(__ehdr_start + ehdr->e_phoff));
    CHECK(getauxval(AT_PHNUM) == ehdr->e_phnum && getauxval(AT_PHENT) == sizeof(Elf64_Phdr));
    CHECK(getauxval(AT_HWCAP) & HWCAP_FP && getauxval(AT_HWCAP) & HWCAP_ASIMD);
    const char *platform = (const char *)getauxval(AT_PLATFORM);
    CHECK(platform && strcmp(platform, "aarch64") == 0);
    const char *name = (const char *)getauxval(AT_EXECFN);
    CHECK(name && strcmp(name, argv[0]) == 0);
    const unsigned char *random = (const void *)getauxval(AT_RANDOM);
    int zeros = 0;
    for (int i = 0; random && i < 16; i++)
        zeros += random[i] == 0;
    CHECK(random && zeros < 8);
    CHECK(getauxval(AT_FLAGS) == 0);
    errno = 0;
    CHECK(getauxval(12345) == 0 && errno == ENOENT);

    /* The strings lie above the vectors, the vectors above the stack pointer, which is aligned. */
    int local;
    CHECK((uintptr_t)argv > (uintptr_t)&local && (uintptr_t)argv[0] > (uintptr_t)argv);
    CHECK((uintptr_t)argv % 16 == 8);
    CHECK((uintptr_t)__builtin_frame_address(0) % 16 == 0);
    unsigned long fpcr;
    __asm__("mrs %0, fpcr" : "=r"(fpcr));
    CHECK(fpcr == 0);
    return guest_done();
}
