# SPDX-License-Identifier: MIT
# labels: quick
# -fuse-ld=lld and =mold: Debian's cross gcc looks for linkers with the target's name, which those have not.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

hello_c
echo 'int part(void) { return 4; }' >part.c
cat >CMakeLists.txt <<'EOF'
cmake_minimum_required(VERSION 3.20)
project(linkers LANGUAGES C)
enable_testing()
add_library(part SHARED part.c)
add_executable(hello hello.c)
target_link_libraries(hello -Wl,--no-as-needed part)
add_test(NAME hello COMMAND hello)
EOF
# What stands in .comment of what it has linked.
tried=''
for linker in bfd= gold= lld=LLD mold=mold; do
    name=${linker%=*} mark=${linker#*=}
    [ "$name" = bfd ] || [ "$name" = gold ] || command -v "ld.$name" >/dev/null || continue
    [ "$name" != gold ] || command -v aarch64-linux-gnu-ld.gold >/dev/null || continue
    cross "by-$name" -DCMAKE_EXE_LINKER_FLAGS="-fuse-ld=$name" -DCMAKE_SHARED_LINKER_FLAGS="-fuse-ld=$name"
    build "by-$name"
    run_ctest "by-$name"
    a64cc "-fuse-ld=$name" -o "hello-$name" hello.c
    expect "hello from C" "$A64RUN" "./hello-$name"
    for file in "by-$name/hello" "by-$name/libpart.so" "hello-$name"; do
        readelf -p .comment "$file" | grep -q "$mark" || fail "$file was not linked by $name"
    done
    tried="$tried $name"
done
echo "linked by$tried"
# Which of them is missing is said by its name.
path_without ld.lld ld.mold
expect_error 'ld\.mold' env PATH="$PLAIN" sh "$SOURCE_DIR/sdk/bin/a64cc" -fuse-ld=mold -o none hello.c
