# SPDX-License-Identifier: MIT
# labels: full, timeout: 600
# Bazel: a C and a C++ program and a test by the toolchain of integrations/bazel, run in the emulator.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need bazel bazel-bootstrap
plain_folder
mkdir -p "$PLAIN/project" "$PLAIN/bin" "$PLAIN/home"
cd "$PLAIN/project"
cp -r "$SOURCE_DIR/sdk/integrations/bazel" a64kit
ln -s "$A64RUN" "$PLAIN/bin/a64run"
export PATH="$PLAIN/bin:$PATH" HOME="$PLAIN/home"
# What Bazel would download, as its own rules: this test does without a network.
stub()
{
    language=$1
    shift
    mkdir -p "rules_$language/$language"
    : >"rules_$language/WORKSPACE"
    : >"rules_$language/$language/BUILD"
    for rule; do
        printf 'def %s_%s(**args):\n    native.%s_%s(**args)\n\n' "$language" "$rule" "$language" "$rule"
    done >"rules_$language/$language/defs.bzl"
    echo "local_repository(name = \"rules_$language\", path = \"rules_$language\")" >>WORKSPACE
}
stub cc binary import library proto_library test toolchain toolchain_suite
stub java binary import library plugin runtime test toolchain package_configuration proto_library
mkdir coverage
: >coverage/WORKSPACE
echo 'filegroup(name = "coverage_report_generator", visibility = ["//visibility:public"])' >coverage/BUILD
echo 'local_repository(name = "remote_coverage_tools", path = "coverage")' >>WORKSPACE
echo 'import %workspace%/a64kit/bazelrc' >.bazelrc
cat >BUILD <<'EOF'
cc_library(name = "part", srcs = ["part.cpp"], hdrs = ["part.h"])
cc_binary(name = "whole", srcs = ["whole.cpp"], deps = [":part"])
cc_test(name = "part_test", srcs = ["part_test.c"], deps = [":part"])
EOF
printf 'extern "C" int part(void);\n' | sed 's/extern "C"/#ifdef __cplusplus\nextern "C"\n#endif\n/' >part.h
printf '#include "part.h"\n#include <string>\nint part(void) { return std::to_string(__aarch64__ + 41).size(); }\n' >part.cpp
printf '#include "part.h"\n#include <iostream>\nint main(int argc, char **argv) { std::cout << part() << argv[1] << "\\n"; }\n' >whole.cpp
printf '#include "part.h"\n#include <sys/utsname.h>\nint main(void) { struct utsname u; uname(&u); return part() != 2 || u.machine[0] != 97; }\n' >part_test.c
run_bazel()
{
    bazel --output_user_root="$PLAIN/out" --batch "$@" 2>"$SCRATCH/log" || fail "$(tail -n 40 "$SCRATCH/log")"
}
run_bazel run --config=aarch64 //:whole -- -from-target >"$SCRATCH/out"
expect 2-from-target tail -n 1 "$SCRATCH/out"
run_bazel test --config=aarch64 //:part_test >"$SCRATCH/out"
chmod -R u+w "$PLAIN/out" || true
