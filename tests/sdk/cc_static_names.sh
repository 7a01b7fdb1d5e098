# SPDX-License-Identifier: MIT
# labels: quick
# What glibc looks up at run time: a static program finds names by getaddrinfo, though the linker warns of it, and the locale C.UTF-8
# is there without any file of it in the sysroot.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cat >names.c <<'EOF'
#include <locale.h>
#include <netdb.h>
#include <stdio.h>
#include <wchar.h>

int main(void)
{
    struct addrinfo *found = 0, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    int error = getaddrinfo("127.0.0.1", "80", &hints, &found);
    wchar_t wide = 0;
    if (!setlocale(LC_ALL, "C.UTF-8"))
        return 2;
    mbrtowc(&wide, "\xc3\xa9", 2, &(mbstate_t){0});
    return printf("%d %d %x\n", error, found ? found->ai_family : -1, (unsigned)wide) < 0;
}
EOF
a64cc -o dynamic names.c
a64cc -static -o static names.c 2>warning || fail "$(cat warning)"
grep -q "Using 'getaddrinfo' in statically linked applications" warning || fail "$(cat warning)"
for kind in dynamic static; do
    expect '0 2 e9' "$A64RUN" ./$kind
done
