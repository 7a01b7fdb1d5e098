// SPDX-License-Identifier: MIT
// The C library calls these functions if the program has them. In a program linked this high in the
// address space a call must have a target that exists.
void __pthread_initialize_minimal(void);
void __glibc_tls_internal_free(void);

__attribute__((weak)) void __pthread_initialize_minimal(void)
{
}

__attribute__((weak)) void __glibc_tls_internal_free(void)
{
}

// Of the C library's allocator, which base/heap.c stands in for.
void __malloc_arena_thread_freeres(void);

__attribute__((weak)) void __malloc_arena_thread_freeres(void)
{
}
