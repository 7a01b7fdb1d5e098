# SPDX-License-Identifier: MIT
# labels: quick
# The wrappers stand in front of every compilation: each is one process that becomes the compiler, and starts no other program.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need strace strace
hello_c
for tool in a64cc a64c++ aarch64-linux-gnu-pkg-config; do
    case $tool in
    *pkg-config) command -v pkg-config >/dev/null || continue ;;
    a64c++) command -v aarch64-linux-gnu-g++ >/dev/null || continue ;;
    esac
    strace -f -qq -o trace -e trace=execve,execveat,fork,vfork,clone,clone3 "$SOURCE_DIR/sdk/bin/$tool" --version >out 2>&1 ||
        skip "strace does not work here: $(tail -n 1 out)"
    [ "$(grep -c 'execve.* = 0$' trace)" = 2 ] || fail "$tool: $(cat trace)"
    ! grep -qE '^[0-9]* *(v?fork|clone3?)\(' trace || fail "$tool: $(cat trace)"
done
