# SPDX-License-Identifier: MIT
# labels: quick
# The wrappers work from a path with spaces, through a symbolic link, through PATH and as `sh a64cc`.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

mkdir "kit with spaces"
cp -r "$SOURCE_DIR/sdk/bin" "$SOURCE_DIR/sdk/share" "kit with spaces/"
hello_c
cp hello.c "my hello.c"
cc="$PWD/kit with spaces/bin/a64cc"
for mode in target sysroot; do
    A64CC_INTERP=$mode "$cc" -o "my hello" "my hello.c"
    expect "hello from C" "$A64RUN" "./my hello"
done
ln -s "$cc" link-cc
./link-cc --interp=sysroot -o h1 hello.c
expect "hello from C" "$A64RUN" ./h1
(PATH="$PWD/kit with spaces/bin:$PATH" && command a64cc -o h2 hello.c)
expect "hello from C" "$A64RUN" ./h2
(cd "kit with spaces/bin" && sh a64cc -o ../../h3 ../../hello.c)
expect "hello from C" "$A64RUN" ./h3
# Arguments reach the compiler as they are, an empty one and quotes too.
cat >args.c <<'EOF'
#include <stdio.h>
int main(void) { puts(TEXT); return 0; }
EOF
"$cc" '-DTEXT="a  b'"'"'c*"' -o args args.c
expect "a  b'c*" "$A64RUN" ./args
