// SPDX-License-Identifier: MIT
// A library is loaded, asked for a function and given back.
// bench-flags: -rdynamic
#include <dlfcn.h>
#include <stddef.h>

int main(void)
{
    for (int i = 0; i < 300; i++) {
        void *library = dlopen("libm.so.6", RTLD_NOW);
        if (!library || !dlsym(library, "cbrt") || dlclose(library))
            return 1;
    }
    return 0;
}
