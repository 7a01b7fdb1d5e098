// SPDX-License-Identifier: MIT
/* A library found at run time by dlopen.c; it calls back into the program. */
int callback(int x);
int plugin_run(int x);
int plugin_loaded;

static void __attribute__((constructor)) loaded(void)
{
    plugin_loaded++;
}

int plugin_run(int x)
{
    return callback(x) + 1;
}
