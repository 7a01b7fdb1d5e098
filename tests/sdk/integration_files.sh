# SPDX-License-Identifier: MIT
# labels: quick
# Files for other tools, as far as they can be checked without the tools: what they name is there.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

cd "$SOURCE_DIR/sdk/integrations"
cat >"$SCRATCH/vcpkg.cmake" <<'EOF'
include("${FILE}")
if(NOT EXISTS "${VCPKG_CHAINLOAD_TOOLCHAIN_FILE}")
    message(FATAL_ERROR "no ${VCPKG_CHAINLOAD_TOOLCHAIN_FILE}")
endif()
message("${VCPKG_ENV_PASSTHROUGH}")
EOF
"$CMAKE" -DFILE="$PWD/vcpkg/arm64-linux-a64kit.cmake" -P "$SCRATCH/vcpkg.cmake" >"$SCRATCH/out" 2>&1 || fail "$(cat "$SCRATCH/out")"
# Every option that feeds the compiler goes through vcpkg's clean environment.
for option in AARCH64_COMPILER AARCH64_INTERP AARCH64_SYSROOT AARCH64_CPU AARCH64_TOOLCHAIN_PREFIX AARCH64_STATIC AARCH64_SANITIZE; do
    grep -q "$option" "$SCRATCH/out" || fail "vcpkg does not pass $option"
done
for path in $(grep -o '{{ sdk }}/[a-z0-9/+.]*' conan/aarch64 | sed 's|{{ sdk }}/||'); do
    [ -e "../$path" ] || fail "conan/aarch64 names $path"
done
# Packages of the Dockerfile are those that doctor asks for; the .deb is what cpack makes.
grep -q 'COPY a64kit_\*_amd64.deb' docker/Dockerfile || fail "Dockerfile"
for package in g++-aarch64-linux-gnu gdb-multiarch pkgconf; do
    grep -q "$package" docker/Dockerfile && grep -q "$package" ../libexec/doctor.sh || fail "$package"
done
grep -q ' ninja-build ' docker/Dockerfile && grep -q '^ENV CMAKE_GENERATOR=Ninja ' docker/Dockerfile ||
    fail "Dockerfile: the generator and its build program are not one" # presets name none
# By the name under which Debian's helpers of packages look for an emulator.
ln -s "$A64RUN" "$SCRATCH/aarch64-linux-gnu-cross-exe-wrapper"
printf '#include <stdio.h>\nint main(int argc, char **argv) { (void)argc; puts(argv[1]); }\n' >"$SCRATCH/word.c"
a64cc -o "$SCRATCH/word" "$SCRATCH/word.c"
expect 'a word' "$SCRATCH/aarch64-linux-gnu-cross-exe-wrapper" "$SCRATCH/word" 'a word'
# Linker and runner of cargo are commands of the kit.
for program in $(sed -nE 's/^(linker|runner|C[A-Z]*_aarch64.*) = "(a64[^"]*)"/\2/p' cargo/config.toml | sort -u); do
    [ "$program" = a64run ] || [ -x "../bin/$program" ] || fail "cargo: $program"
done
for name in LINKER=a64cc RUNNER=a64run; do
    grep -q "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_${name%=*} ${name#*=}" ../environment-setup || fail "environment-setup: $name"
done
# JSON and YAML are well formed, and what they have a shell do is shell.
printf 'file(READ "${FILE}" text)\nstring(JSON image GET "${text}" image)\nif(NOT image STREQUAL "a64kit")\nmessage(FATAL_ERROR "image")\nendif()\n' >"$SCRATCH/json.cmake"
"$CMAKE" -DFILE="$PWD/docker/devcontainer.json" -P "$SCRATCH/json.cmake" >"$SCRATCH/out" 2>&1 || fail "$(cat "$SCRATCH/out")"
bash -n shards/slurm.sh || fail "slurm.sh"
if python3 -c 'import yaml' 2>/dev/null; then
    python3 - "$SCRATCH" shards/*.yml shards/*.yaml ../templates/common/.github/workflows/*.yml ../templates/common/.gitlab-ci.yml <<'EOF' || fail YAML
import os, sys, yaml

def steps(node, key=""):
    """All that is run: `run` and `script` of GitHub and GitLab, `command` of Kubernetes."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from steps(value, name)
    elif isinstance(node, list):
        if key == "command":
            yield node[-1]
        else:
            for value in node:
                yield from steps(value, key)
    elif key in ("run", "script", "before_script"):
        yield node

for name in sys.argv[2:]:
    found = list(steps(yaml.safe_load(open(name))))
    assert found, name + " runs nothing"
    with open(os.path.join(sys.argv[1], os.path.basename(name) + ".steps"), "w") as out:
        # Expressions are replaced before a shell reads them.
        out.write("\n".join(found).replace("${{", "{{") + "\n")
EOF
    for file in "$SCRATCH"/*.steps; do
        bash -n "$file" || fail "$(cat "$file")"
    done
fi
# Packages of the image are Debian's (where this machine has lists of packages).
apt-cache pkgnames g++-aarch64 >"$SCRATCH/names" 2>/dev/null || :
if grep -qx g++-aarch64-linux-gnu "$SCRATCH/names"; then
    apt-cache pkgnames >"$SCRATCH/names"
    for package in $(sed -n '/apt-get install/s/.*deb //p' docker/Dockerfile | tr -d '\\'); do
        grep -qx -- "$package" "$SCRATCH/names" || fail "Dockerfile: there is no package $package"
    done
fi
