// SPDX-License-Identifier: MIT
// A server in a child process, clients over TCP, a pipe for the port, a signal for the end, a program executed.
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

static void on_term(int signal)
{
    (void)signal;
    stop = 1;
}

// Writes the number of its port to `ready` and answers until it is told to end.
static void serve(int ready)
{
    struct sigaction action = {.sa_handler = on_term}; // accept() is to be interrupted
    sigaction(SIGTERM, &action, NULL);
    int server = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(server, (struct sockaddr *)&address, size) || listen(server, 5) ||
        getsockname(server, (struct sockaddr *)&address, &size) ||
        write(ready, &address.sin_port, sizeof address.sin_port) < 0)
        _exit(1);
    int served = 0;
    while (!stop) {
        int client = accept(server, NULL, NULL);
        if (client < 0)
            continue;
        char text[100];
        for (ssize_t n; (n = read(client, text, sizeof text)) > 0;)
            if (write(client, text, n) != n)
                _exit(1);
        close(client);
        served++;
    }
    _exit(served);
}

static void ask(in_port_t port, const char *question)
{
    int s = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char answer[100] = "";
    if (connect(s, (struct sockaddr *)&address, sizeof address) || write(s, question, strlen(question)) < 0 ||
        shutdown(s, SHUT_WR) || read(s, answer, sizeof answer - 1) < 0)
        exit(1);
    printf("answer: %s\n", answer);
    close(s);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        printf("executed again as %s\n", argv[1]);
        return 7;
    }
    int ready[2];
    in_port_t port;
    if (pipe(ready))
        return 1;
    pid_t server = fork();
    if (!server)
        serve(ready[1]);
    if (read(ready[0], &port, sizeof port) != sizeof port)
        return 1;
    ask(port, "one");
    ask(port, "two");
    int status;
    kill(server, SIGTERM);
    waitpid(server, &status, 0);
    printf("the server answered %d and ended\n", WEXITSTATUS(status));
    fflush(stdout);
    if (!fork()) {
        execl(argv[0], argv[0], "child", (char *)NULL);
        _exit(127);
    }
    wait(&status);
    printf("exit status %d\n", WEXITSTATUS(status));
    return 0;
}
