# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# cargo: config.toml and environment-setup name the linker and the runner; `cargo run` and `cargo test` run in the
# emulator where the standard library for the target is installed.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need cargo cargo
need rustc rustc
target=aarch64-unknown-linux-gnu
cargo --version >/dev/null 2>&1 || skip "cargo does not run here"
mkdir -p bin mine/src mine/.cargo
ln -s "$A64RUN" bin/a64run
export PATH="$SCRATCH/bin:$SOURCE_DIR/sdk/bin:$PATH"
cp "$SOURCE_DIR/sdk/integrations/cargo/config.toml" mine/.cargo/
cat >mine/Cargo.toml <<'EOF'
[package]
name = "mine"
version = "0.1.0"
edition = "2021"
EOF
cat >mine/src/main.rs <<'EOF'
fn main() {
    println!("hello from {}", std::env::consts::ARCH);
}

#[test]
fn arithmetic() {
    assert_eq!(std::mem::size_of::<usize>(), 8);
    assert!(cfg!(target_arch = "aarch64"));
}
EOF
cd mine
[ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ] ||
    skip "rustc has no standard library for $target (rustup target add $target)"
export CARGO_HOME="$SCRATCH/home"
expect "hello from aarch64" cargo run -q --offline
cargo test -q --offline >out 2>&1 || fail "$(cat out)"
grep -q 'test result: ok. 1 passed' out || fail "$(cat out)"
