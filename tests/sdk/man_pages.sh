# SPDX-License-Identifier: MIT
# labels: quick
# The man pages and the completion know every option and command there is, and no other.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

# Options: the rows of options.def, and those that the page describes.
sed -nE 's/^(OPTION|TOOL)\("([^"]+)".*/\2/p' "$SOURCE_DIR/emulator/main/options.def" | sort >rows
sed -nE '/^\.TP/ { n; s/\\-/-/g; s/^\.(B|BI|BR) (-[-a-zA-Z0-9]*).*/\2/p }' "$SOURCE_DIR/sdk/man/a64run.1" | grep -v '^--list-cpus$' | sort >described
diff rows described >&2 || fail "a64run.1 and emulator/main/options.def differ (<: options.def)"
# Whether an option takes a value, and in the next word or behind =.
sed -nE 's/^(OPTION|TOOL)\("([^"]+)", *(NULL|"[^"]*").*/\2 \3/p' "$SOURCE_DIR/emulator/main/options.def" |
    while read -r option value; do
        page=$(printf '%s' "$option" | sed 's/-/\\\\-/g')
        case $option$value in
        *NULL) pattern="^\\.B $page\$" ;;
        *\"\[*) pattern="^\\.BR $page \\[=" ;;
        --*) pattern="^\\.BI $page= " ;;
        *) pattern="^\\.BI $page \" " ;;
        esac
        grep -qE -- "$pattern" "$SOURCE_DIR/sdk/man/a64run.1" || fail "a64run.1: $option $value is described otherwise"
    done

# Commands.
kit=$SOURCE_DIR/a64kit
"$kit" help | sed -n 's|^  \./a64kit ||p' | sed 's/  .*//; s/ --help.*//; s/ [A-Z[].*//; s/ | /\n/g' |
    tr -d ' ' | sort >listed
sed -nE '/^\.SH COMMANDS/,/^\.SH ENV/ { /^\.TP/ { n; s/^\.(B|BI|BR) //; s/ ", " /\n/g; s/ ".*//; p } }' "$SOURCE_DIR/sdk/man/a64kit.1" |
    tr -d ' ' | sort >described
diff listed described >&2 || fail "a64kit.1 and a64kit help differ (<: help)"
for file in "$SOURCE_DIR"/sdk/libexec/*.sh; do
    [ -e "$file" ] || continue
    name=${file##*/}
    grep -qxF "${name%.sh}" listed || fail "a64kit help does not list ${name%.sh}: its file needs a first line '#: ...'"
    expect_match "^usage: (./)?a64kit ${name%.sh}" "$kit" "${name%.sh}" --help
done
if command -v man >/dev/null; then
    for page in "$SOURCE_DIR"/sdk/man/*.1; do
        MANWIDTH=80 man --warnings -l "$page" >out 2>err || fail "man $page"
        [ ! -s err ] || fail "$(cat err)"
        [ -s out ] || fail "empty: $page"
    done
fi

# Completion, as bash asks for it.
cat >ask.bash <<'END'
source "$1"
shift
function=_${1##*/} # as `complete -F` names it
compopt() { :; }
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
$function
printf '%s\n' "${COMPREPLY[@]}"
END
complete()
{
    file=$1
    shift
    bash ask.bash "$SOURCE_DIR/sdk/completion/$file" "$@"
}
command -v bash >/dev/null || skip "bash is not installed"
ln -s "$A64RUN" a64run
complete a64run "$SCRATCH/a64run" -cp | grep -qx -- -cpu || fail "no -cpu"
complete a64run "$SCRATCH/a64run" -cpu cortex-a7 | grep -qx cortex-a72 || fail "no cortex-a72"
# All but those that the emulator gives itself: TOOL(name, value, no variable, MADE.
for option in $(grep -vE '^TOOL\("[^"]*", *(NULL|"[^"]*"), *NULL, *MADE,' "$SOURCE_DIR/emulator/main/options.def" |
    sed -nE 's/^(OPTION|TOOL)\("([^"]+)".*/\2/p'); do
    complete a64run "$SCRATCH/a64run" "$option" | grep -qE -- "^$option=?\$" || fail "no completion of $option"
done
for name in $(cat listed); do
    complete a64kit "$kit" "$name" | grep -qxF -- "$name" || fail "no completion of $name"
done
complete a64kit "$kit" binfmt --in | grep -qx -- --install || fail "no completion of options"
