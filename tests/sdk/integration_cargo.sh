# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# cargo: config.toml names the linker and the runner; `cargo run` and `cargo test` run in the emulator. Without that
# file environment-setup does the same.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"
. "$SOURCE_DIR/tests/sdk/lib/rust.sh"

use_rust
target=aarch64-unknown-linux-gnu
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
expect "hello from aarch64" cargo run -q --offline
cargo test -q --offline >out 2>&1 || fail "$(cat out)"
grep -q 'test result: ok. 1 passed' out || fail "$(cat out)"
# The same by variables. What cargo itself executes (build scripts) is this machine's.
mv .cargo unused
echo 'fn main() { println!("cargo:rustc-env=HOST={}", std::env::consts::ARCH); }' >build.rs
sed -i 's/println.*/println!("{} from {}", env!("HOST"), std::env::consts::ARCH);/' src/main.rs
(
    A64KIT_SDK=$SOURCE_DIR/sdk
    . "$SOURCE_DIR/sdk/environment-setup"
    expect "x86_64 from aarch64" cargo run -q --offline --target "$target"
)
