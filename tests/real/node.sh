# SPDX-License-Identifier: MIT
# packages: node
# engines: t1
# beyond: its children are started with execve, which qemu-aarch64 leaves to the kernel
cp "$SOURCE_DIR"/programs/*.js .
step node -e 'console.log("hello", process.platform, typeof WebAssembly)'
step node loops.js
step node --jitless -e 'console.log([3, 1, 2].sort().map((x) => x * 1.5).join(), typeof WebAssembly)'
step node wasm.js
step node threads.js
step node library.js
step node -e 'setTimeout(() => { throw new TypeError("late") }, 5)'
step node --stack-size=500 --expose-gc -e 'let a = []; for (let i = 0; i < 50; i++) { a.push(new Array(10000).fill(i)); gc(); } console.log(a.length)'
