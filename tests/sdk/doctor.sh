# SPDX-License-Identifier: MIT
# labels: quick
# a64kit doctor: a row for each thing, what is missing named with the package, an exit status to rely on.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

kit=$SOURCE_DIR/a64kit
expect_match '^ok +C ' "$kit" doctor
expect_match '^ok +a program +compiles and runs' "$kit" doctor
expect_match '^usage: a64kit doctor' "$kit" doctor --help
expect_one_line "^a64kit: doctor: '--jso' is not --json" "$kit" doctor --jso
"$kit" doctor --json >healthy.json || fail "doctor --json"
cat >check.cmake <<'END'
file(READ "${FILE}" json)
string(JSON healthy GET "${json}" healthy)
string(JSON count LENGTH "${json}" rows)
string(JSON name GET "${json}" rows 0 name)
message("${healthy} ${name} ${count}")
END
expect_match '^ON a64kit 1[0-9]$' "$CMAKE" -DFILE=healthy.json -P check.cmake
# A container has no user namespaces.
path_without unshare
[ -e /proc/sys/fs/binfmt_misc/a64run ] ||
    (PATH=$PLAIN && expect_match '^optional +exec +a64kit exec works by a preloaded library' "$kit" doctor)
rm -rf -- "$PLAIN"
path_without aarch64-linux-gnu-gcc gdb-multiarch
export PATH="$PLAIN"
expect_error '^missing +C +there is no aarch64-linux-gnu-gcc in PATH; sudo apt-get install gcc-aarch64-linux-gnu' "$kit" doctor
expect_match '^optional +gdb +there is no gdb-multiarch' cat error.log
"$kit" doctor --json >ill.json && fail "healthy without a compiler"
expect_match '^OFF a64kit' "$CMAKE" -DFILE=ill.json -P check.cmake
