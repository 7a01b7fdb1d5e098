# SPDX-License-Identifier: MIT
# labels: quick
# Help is one row for a command; a mistake is one line and a non-zero exit.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

kit=$SOURCE_DIR/a64kit
expect_match '^  ./a64kit hello ' "$kit"
"$kit" >help 2>err
[ ! -s err ] || fail "help goes to stdout"
[ "$(wc -l <help)" -le 36 ] || fail "help has $(wc -l <help) lines"
[ "$(wc -L <help)" -le 80 ] || fail "help is $(wc -L <help) columns wide"
for spelling in help -h --help; do
    "$kit" $spelling | cmp - help || fail "$spelling"
done
expect_one_line "^a64kit: unknown command 'helo': ./a64kit help lists them$" "$kit" helo
expect_one_line '^a64kit: hello takes no arguments$' "$kit" hello world
expect_one_line '^a64kit: run needs a program: ' "$kit" run
export AARCH64_EMULATOR=/no/such
expect_one_line "^a64kit: AARCH64_EMULATOR is '/no/such', but there is no such program$" "$kit" run x
# Every command has a help of its own, which does nothing else.
for command in $(sed -nE "s/^  .\/a64kit difftest .*/difftest x64 bisect/p; s/^  .\/a64kit ([a-z0-9]+).*/\1/p" help); do
    case $command in
    cc | help) continue ;; # gcc's, and this one
    esac
    expect_match '^usage: (\./)?a64kit '"$command" "$kit" "$command" --help
done
# Every folder and file the help names is there.
for path in sdk/bin/a64cc sdk/bin/a64c++ sdk/aarch64.cmake README.md samples/01-hello/README.md; do
    grep -q "$path" help || fail "help does not name $path"
    [ -e "$SOURCE_DIR/$path" ] || fail "there is no $path"
done
