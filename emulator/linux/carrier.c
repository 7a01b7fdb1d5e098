// SPDX-License-Identifier: MIT
// Thread-local storage as the x86-64 ABI describes it for static programs: the initial image ends
// where the thread pointer points, and there stands a pointer to itself. What the C library keeps
// behind that is zero but for the values with which it checks stacks and hides pointers.
#include "linux/carrier.h"

#include "base/arena.h"
#include "base/bits.h"
#include "linux/host_call.h"

#include <asm/prctl.h>
#include <elf.h>
#include <locale.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#ifdef __SANITIZE_ADDRESS__
#    include <sanitizer/asan_interface.h>
#endif

enum { PROCESS_STACK = 256 << 10, CARRIER_STACK = 64 << 10, LIBRARYS_PART = 8 << 10 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// The sanitizers know only the C library's threads.
#    include "linux/host_thread.h"

static size_t storage_size(void)
{
    return 0;
}

static void *thread(void *carrier)
{
    struct carrier *c = carrier;
    c->run(c->room);
    return NULL;
}

int carrier_start(struct carrier *c, void (*run)(void *room))
{
    pthread_t handle;
    pthread_attr_t attr;
    sigset_t all;
    c->run = run;
    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setsigmask_np(&attr, &all);
    return -host_thread_new(&handle, &attr, thread, c);
}

void carrier_end(struct carrier *c)
{
    carrier_free(c);
    pthread_exit(NULL);
}

#else

// The thread pointer's first words, as compilers and the C library know them.
struct head {
    void *self;
    void *dtv;
    void *thread;
    uint64_t counts[2];
    uint64_t stack_guard, pointer_guard;
};
_Static_assert(offsetof(struct head, stack_guard) == 0x28, "where compilers look for it");

static struct head *own_head(void)
{
    struct head *h = NULL;
    host_call(SYS_arch_prctl, ARCH_GET_FS, &h);
    return h;
}

static const Elf64_Phdr *image(void)
{
    extern const Elf64_Ehdr __ehdr_start;
    const Elf64_Phdr *p = (const Elf64_Phdr *)((const char *)&__ehdr_start + __ehdr_start.e_phoff);
    for (unsigned i = 0; i < __ehdr_start.e_phnum; i++)
        if (p[i].p_type == PT_TLS)
            return &p[i];
    return NULL;
}

static size_t image_size(const Elf64_Phdr *p)
{
    return round_up(p->p_memsz, p->p_align);
}

static size_t storage_size(void)
{
    return round_up(image_size(image()), 64) + LIBRARYS_PART;
}

// Fills what lies at the end of the area; returns the thread pointer.
static struct head *make_storage(struct carrier *c)
{
    const Elf64_Phdr *p = image();
    char *end = (char *)c->area + c->area_size;
    struct head *h = (struct head *)(end - LIBRARYS_PART);
    memcpy((char *)h - image_size(p), (const void *)p->p_vaddr, p->p_filesz);
    *h = (struct head){.self = h, .thread = h, .dtv = own_head()->dtv};
    h->stack_guard = own_head()->stack_guard;
    h->pointer_guard = own_head()->pointer_guard;
    return h;
}

static _Noreturn void thread(struct carrier *c)
{
    uselocale(LC_GLOBAL_LOCALE); // sets what <ctype.h> looks at
    c->run(c->room);
    __builtin_unreachable();
}

// clone(2), after which the new thread begins on another stack.
static int64_t make_thread(uint64_t flags, char *stack, struct head *storage, struct carrier *c)
{
    register long r10 __asm__("r10") = 0;
    register struct head *r8 __asm__("r8") = storage;
    register void (*r9)(struct carrier *) __asm__("r9") = thread;
    register struct carrier *r12 __asm__("r12") = c;
    int64_t r;
    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %%r12, %%rdi\n\t"
                     "call *%%r9\n"
                     "1:"
                     : "=a"(r)
                     : "0"((long)SYS_clone), "D"(flags), "S"(stack), "d"(0L), "r"(r10), "r"(r8),
                       "r"(r9), "r"(r12)
                     : "rcx", "r11", "cc", "memory");
    return r;
}

int carrier_start(struct carrier *c, void (*run)(void *room))
{
    uint64_t all = ~UINT64_C(0), before;
    c->run = run;
    char *stack = (char *)c->area + c->area_size - storage_size();
    host_call(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, 8);
    int64_t r = make_thread(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
                                CLONE_SYSVSEM | CLONE_SETTLS,
                            stack - (uint64_t)stack % 16, make_storage(c), c);
    host_call(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
    return r < 0 ? (int)r : 0;
}

// From the first call on there is no stack.
void carrier_end(struct carrier *c)
{
    __asm__ volatile("syscall\n\t"
                     "mov %2, %%eax\n\t"
                     "xor %%edi, %%edi\n\t"
                     "syscall"
                     :
                     : "a"((long)SYS_munmap), "D"(c->area), "i"(SYS_exit), "S"(c->area_size)
                     : "rcx", "r11", "cc", "memory");
    __builtin_unreachable();
}

#endif

// From below: the process's stack, what the caller has, the carrier's stack and storage.
struct carrier *carrier_new(size_t room)
{
    size_t middle = round_up(sizeof(struct carrier), 64) + room;
    size_t size = round_up(PROCESS_STACK + middle + CARRIER_STACK + storage_size(), 4096);
    char *area = arena_pages(size);
    if (!area)
        return NULL;
#ifdef __SANITIZE_ADDRESS__
    // What the sanitizer remembers of a stack at this place, which was never unwound.
    __asan_unpoison_memory_region(area, size);
#endif
    struct carrier *c = (struct carrier *)(area + PROCESS_STACK);
    c->stack = (char *)c;
    c->stack_size = PROCESS_STACK;
    c->room = area + PROCESS_STACK + round_up(sizeof *c, 64);
    c->area = area;
    c->area_size = size;
    return c;
}

void carrier_free(struct carrier *c)
{
    munmap(c->area, c->area_size);
}
