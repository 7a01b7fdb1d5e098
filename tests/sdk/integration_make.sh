# SPDX-License-Identifier: MIT
# labels: full, timeout: 120
# A project with plain make: by environment-setup, by a64kit.mk, and its check unchanged behind a64kit shell.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need make make
hello_c
hello_cxx
mkdir bin
ln -s "$A64RUN" bin/a64run
export PATH="$SCRATCH/bin:$SOURCE_DIR/sdk/bin:$PATH" A64KIT_BUILD="$SCRATCH/made"
cat >Makefile <<'EOF'
all: c cxx
c: hello.c ; $(CC) -O1 -o c hello.c
cxx: hello.cpp ; $(CXX) -O1 -o cxx hello.cpp
check: all ; ./c && ./cxx
run: all ; $(RUN) ./c && $(RUN) ./cxx
clean: ; rm -f c cxx
EOF
(printf 'include %s\n' "$SOURCE_DIR/sdk/integrations/make/a64kit.mk" && cat Makefile) >with-kit.mk
out="hello from C
hello from C++"
case $SOURCE_DIR in
*" "*) echo "make cannot include a file from a path with blanks" ;;
*)
    make -s -f with-kit.mk
    expect "$out" make -s -f with-kit.mk run
    make -s clean
    ;;
esac
expect "$out" "$SOURCE_DIR/a64kit" shell -- make -s -e check
expect_match AArch64 readelf -h cxx
