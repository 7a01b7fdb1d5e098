# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# The action for GitHub: its step, as a runner gives it to bash, leaves what later steps need; the matcher knows a compiler's words.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

python3 -c 'import yaml' 2>/dev/null || skip "python3-yaml is not installed"
copy_kit "a kit" mini
unset AARCH64_EMULATOR
action="$PWD/a kit/sdk/integrations/github"
python3 - "$action/action.yml" step <<'END' || fail "action.yml"
import sys, yaml
action = yaml.safe_load(open(sys.argv[1]))
assert action["runs"]["using"] == "composite" and action["inputs"]["toolchain"]["default"] == "off"
(step,) = action["runs"]["steps"]
assert step["shell"] == "bash" and step["env"] == {"TOOLCHAIN": "${{ inputs.toolchain }}"}
open(sys.argv[2], "w").write(step["run"])
END
# This machine has the packages; apt is not asked here.
mkdir bin
printf '#!/bin/sh\necho "apt-get $*"\n' >bin/apt-get
printf '#!/bin/sh\nexec "$@"\n' >bin/sudo
chmod +x bin/apt-get bin/sudo
run_step()
{
    : >env
    : >path
    PATH="$PWD/bin:$PATH" GITHUB_ACTION_PATH="$action" GITHUB_ENV="$PWD/env" GITHUB_PATH="$PWD/path" TOOLCHAIN=$1 \
        bash --noprofile --norc -eo pipefail step >log 2>&1
}
run_step off || fail "$(cat log)"
grep -q '^apt-get install .*g++-aarch64-linux-gnu' log || fail "the compiler is not installed"
grep -q '^Hello, World!$' log || fail "$(cat log)"
matcher=$(sed -n 's/^::add-matcher:://p' log)
expect "A64KIT_SDK=$PWD/a kit/sdk" cat env
hello_c
(
    while IFS= read -r folder; do PATH="$folder:$PATH"; done <path
    a64cc -o hello hello.c
    expect 'hello from C' a64run ./hello
    a64kit version >version
) || fail "the tools are not in PATH"
run_step on || fail "$(cat log)"
grep -qxF "CMAKE_TOOLCHAIN_FILE=$PWD/a kit/sdk/aarch64.cmake" env || fail "$(cat env)"
! run_step maybe || fail "toolchain: maybe"
grep -qxF "::error::a64kit: toolchain is 'maybe': use on or off" log || fail "$(cat log)"

# What gcc says of a fault, by the matcher.
mkdir 'a folder'
echo 'int main(void) { return nothing; }' >'a folder/wrong.c'
a64cc -c 'a folder/wrong.c' >words 2>&1 && fail "compiled"
python3 - "$matcher" words <<'END' || fail "the matcher: $(cat words)"
import json, re, sys
(pattern,) = json.load(open(sys.argv[1]))["problemMatcher"][0]["pattern"]
found = [m for m in (re.search(pattern["regexp"], line.rstrip("\n")) for line in open(sys.argv[2])) if m]
assert [m[pattern["file"]] for m in found] == ["a folder/wrong.c"], found
assert (found[0][pattern["line"]], found[0][pattern["severity"]]) == ("1", "error")
END
