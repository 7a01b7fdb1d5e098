# SPDX-License-Identifier: MIT
# labels: quick
# environment-setup gives a shell what builds without CMake need, and takes it back.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

hello_c
mkdir bin
ln -s "$A64RUN" bin/a64run
cat >use.sh <<'END'
set -eu
export AR=keep
unset CC
before=$(env | sort)
A64KIT_SDK=${1-}
. "$2"
[ "$CROSS_COMPILE" = aarch64-linux-gnu- ]
[ -e "${CONFIG_SITE-}" ] || [ "$ac_cv_c_bigendian" = no ] # the latter in a path with blanks
[ "$AR" = aarch64-linux-gnu-ar ]
[ -z "${LD_LIBRARY_PATH-}" ]
$CC -o hello hello.c
"$RUN" ./hello
. "$2" # once more changes nothing
a64kit_deactivate
[ "$before" = "$(env | sort)" ] || { env | sort; exit 1; }
[ -z "${CC-}" ] && [ "$AR" = keep ] || exit 1
END
export RUN="$SCRATCH/bin/a64run"
need bash bash
expect "hello from C" bash use.sh "" "$SOURCE_DIR/sdk/environment-setup"
expect "hello from C" dash use.sh "$SOURCE_DIR/sdk" "$SOURCE_DIR/sdk/environment-setup"
expect_one_line 'a64kit: this shell does not say where the file lies' dash use.sh "" "$SOURCE_DIR/sdk/environment-setup"
mkdir 'with blanks'
cp -r "$SOURCE_DIR/sdk" 'with blanks/'
expect "hello from C" bash use.sh "" "$SCRATCH/with blanks/sdk/environment-setup"
expect "hello from C" dash use.sh "$SCRATCH/with blanks/sdk" "$SCRATCH/with blanks/sdk/environment-setup"
if command -v zsh >/dev/null; then
    expect "hello from C" zsh use.sh "" "$SOURCE_DIR/sdk/environment-setup"
fi
