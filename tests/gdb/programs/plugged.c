// SPDX-License-Identifier: MIT
// Variables of threads, of the program and of a library that is loaded while it runs
// (lib/plugin.c).
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

_Alignas(64) __thread int before = 1;
__thread int own = 5;
static int (*add)(int);

static void look(int id)
{
    printf("%d %d %d\n", id, own + before, add(id));
}

static void *body(void *argument)
{
    own = 6;
    add(10);
    look(*(int *)argument);
    return NULL;
}

int main(int argc, char **argv)
{
    char path[4096];
    pthread_t thread;
    int id = 2;
    snprintf(path, sizeof path, "%.*s/plugin.so", (int)(strrchr(argv[0], '/') - argv[0]), argv[0]);
    void *library = dlopen(path, RTLD_NOW);
    if (!library || argc > 1)
        return 1;
    *(void **)&add = dlsym(library, "plugin_add");
    look(1);
    pthread_create(&thread, NULL, body, &id);
    pthread_join(thread, NULL);
    dlclose(library);
    return 0;
}
