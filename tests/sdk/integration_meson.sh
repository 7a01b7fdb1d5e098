# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# Meson: the cross file; checks that run programs, a generator that is a program of the target, tests.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need meson meson
need ninja ninja-build
cat >meson.build <<'EOF'
project('mine', 'c', 'cpp')
cc = meson.get_compiler('c')
assert(cc.sizeof('long double') == 16)
answer = cc.run('#include <stdio.h>\nint main(void) { puts("answer"); return 7; }')
assert(answer.compiled() and answer.returncode() == 7 and answer.stdout() == 'answer\n')
assert(not cc.has_header('only/of/the/host.h'))
gen = executable('gen', 'gen.c')
made = custom_target('made', output: 'made.h', command: [gen], capture: true)
prog = executable('prog', 'prog.cpp', made)
test('prog', prog)
test('argument', prog, args: ['a b'])
test('fails', prog, args: ['fail'], should_fail: true)
EOF
cat >gen.c <<'EOF'
#include <stdio.h>
int main(void) { return printf("#define ANSWER %zu\n", 5 + sizeof(long double)) < 0; }
EOF
cat >prog.cpp <<'EOF'
#include "made.h"
#include <string>
int main(int argc, char **argv) { return argc > 1 && std::string(argv[1]) == "fail" ? 1 : ANSWER - 21; }
EOF
mkdir bin
ln -s "$A64RUN" bin/a64run
export PATH="$SCRATCH/bin:$SOURCE_DIR/sdk/bin:$PATH"
meson setup build --cross-file "$SOURCE_DIR/sdk/integrations/meson/aarch64.ini" >log 2>&1 || fail "$(cat log)"
meson test -C build >log 2>&1 || fail "$(cat log)"
grep -qE '^(Ok|Expected Fail): +[12]' log || fail "$(cat log)"
expect_match AArch64 readelf -h build/prog
