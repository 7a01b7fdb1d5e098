// SPDX-License-Identifier: MIT
// Workers with shared memory: atomics, waiting and waking, messages; then four at a compiled loop each.
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
const COUNT = 4;

function main() {
    const shared = new SharedArrayBuffer(16);
    const view = new Int32Array(shared);
    const sums = [];
    let left = COUNT;
    for (let i = 0; i < COUNT; i++) {
        const worker = new Worker(__filename, { workerData: { i, shared } });
        worker.on('message', (message) => { sums[message.i] = message.sum; });
        worker.on('error', (error) => { console.log('error', error.message); process.exit(1); });
        worker.on('exit', (code) => {
            if (--left === 0)
                console.log('sums', sums.join(' '), 'shared', Atomics.load(view, 0), 'exit', code);
        });
    }
}

function work({ i, shared }) {
    const view = new Int32Array(shared);
    let sum = 0;
    for (let k = 0; k < 200000; k++) {
        sum = (sum * 31 + k * (i + 1)) >>> 0;
        if (k % 100 === 0)
            Atomics.add(view, 0, 1);
    }
    Atomics.add(view, 1, 1);
    Atomics.notify(view, 1);
    for (let n; (n = Atomics.load(view, 1)) < COUNT;)
        Atomics.wait(view, 1, n, 1000);
    parentPort.postMessage({ i, sum });
}

if (isMainThread)
    main();
else
    work(workerData);
