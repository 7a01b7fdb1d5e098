// SPDX-License-Identifier: MIT
// variants: O2-dynamic O2-nopie
// shared: plugin
// flags: -Wl,--no-as-needed -rdynamic
#define _GNU_SOURCE
#include "guest.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

int callback(int x);
int callback(int x)
{
    return x * 2;
}

static int libraries;

static int each(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    (void)data;
    libraries += info->dlpi_phnum > 0;
    return 0;
}

int main(void)
{
    void *libm = dlopen("libm.so.6", RTLD_NOW);
    CHECK(libm != NULL);
    double (*cosine)(double) = (double (*)(double))dlsym(libm, "cos");
    CHECK(cosine && cosine(0) == 1.0);
    CHECK(dlsym(libm, "no_such_symbol") == NULL && strstr(dlerror(), "no_such_symbol") != NULL);
    CHECK(dlopen("libdoesnotexist.so", RTLD_LAZY) == NULL &&
          strstr(dlerror(), "libdoesnotexist.so") != NULL);
    void *plugin = dlopen("libplugin.so", RTLD_LAZY);
    CHECK(plugin != NULL);
    int (*run)(int) = (int (*)(int))dlsym(plugin, "plugin_run");
    CHECK(run && run(20) == 41);
    int *counter = dlsym(plugin, "plugin_loaded");
    CHECK(counter && *counter == 1);
    Dl_info info;
    CHECK(dladdr((void *)run, &info) && strcmp(info.dli_sname, "plugin_run") == 0 &&
          strstr(info.dli_fname, "libplugin.so"));
    CHECK(dlsym(RTLD_DEFAULT, "callback") == (void *)callback);
    dl_iterate_phdr(each, NULL);
    CHECK(libraries >= 4);
    CHECK(dlclose(libm) == 0 && dlclose(plugin) == 0);
    return guest_done();
}
