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
# Linker and runner of cargo are commands of the kit.
for program in $(sed -nE 's/^(linker|runner|C[A-Z]*_aarch64.*) = "(a64[^"]*)"/\2/p' cargo/config.toml | sort -u); do
    [ "$program" = a64run ] || [ -x "../bin/$program" ] || fail "cargo: $program"
done
for name in LINKER=a64cc RUNNER=a64run; do
    grep -q "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_${name%=*} ${name#*=}" ../environment-setup || fail "environment-setup: $name"
done
