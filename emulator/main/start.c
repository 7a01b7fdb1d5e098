// SPDX-License-Identifier: MIT
// The C library's start-up code calls this function if the program has it. In a program linked this high in the address
// space the call must have a target that exists.
void __pthread_initialize_minimal(void);

void __pthread_initialize_minimal(void)
{
}
