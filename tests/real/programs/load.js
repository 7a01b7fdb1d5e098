// SPDX-License-Identifier: MIT
// A server of HTTP asked by four workers at a time, each with many requests under way, while others compute on shared memory, compress,
// and let the collector run. argv[2]: requests of each worker.
const { Worker, isMainThread, workerData, parentPort } = require("worker_threads");
const http = require("http"), zlib = require("zlib"), crypto = require("crypto");

function ask(port, n, done) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
    let left = n, sum = 0, failed = 0;
    const one = (i) => {
        const body = JSON.stringify({ i, list: Array.from({ length: i % 50 }, (_, k) => k) });
        const request = http.request({ port, agent, method: "POST", path: `/${i}`, headers: { "content-length": body.length } }, (answer) => {
            const parts = [];
            answer.on("data", (d) => parts.push(d));
            answer.on("end", () => {
                const got = JSON.parse(zlib.gunzipSync(Buffer.concat(parts)));
                if (answer.statusCode !== 200 || got.i !== i) failed++;
                sum += got.sum;
                if (--left === 0) { agent.destroy(); done(sum, failed); }
            });
        });
        request.on("error", () => { failed++; if (--left === 0) done(sum, failed); });
        request.end(body);
    };
    for (let i = 0; i < n; i++) one(i);
}

function compute(shared, rounds) {
    const count = new Int32Array(shared), own = [];
    for (let r = 0; r < rounds; r++) {
        for (let i = 0; i < 2000; i++) Atomics.add(count, i % 16, 1);
        own.push(Array.from({ length: 300 }, (_, k) => ({ k, s: String(k * r) })));
        if (own.length > 20) own.shift();
    }
    Atomics.add(count, 16, 1);
    Atomics.notify(count, 16);
    return crypto.createHash("sha256").update(JSON.stringify(own[own.length - 1])).digest("hex").slice(0, 16);
}

if (!isMainThread) {
    const { port, n, shared, rounds } = workerData;
    if (port) ask(port, n, (sum, failed) => parentPort.postMessage({ sum, failed }));
    else parentPort.postMessage({ hash: compute(shared, rounds) });
} else {
    const n = Number(process.argv[2]), shared = new SharedArrayBuffer(17 * 4);
    const server = http.createServer((request, response) => {
        let body = "";
        request.on("data", (d) => { body += d; });
        request.on("end", () => {
            const { i, list } = JSON.parse(body);
            zlib.gzip(JSON.stringify({ i, sum: list.reduce((a, b) => a + b, 0), pad: "x".repeat(i % 5000) }), (e, packed) => {
                response.writeHead(e ? 500 : 200);
                response.end(packed);
            });
        });
    });
    server.listen(0, "127.0.0.1", async () => {
        const run = (data) => new Promise((yes, no) => {
            const w = new Worker(__filename, { workerData: data });
            w.on("message", yes); w.on("error", no);
        });
        const port = server.address().port, all = [];
        for (let i = 0; i < 4; i++) all.push(run({ port, n }), run({ shared, rounds: 200 }));
        const results = await Promise.all(all);
        console.log("requests", results.filter((r) => "sum" in r).map((r) => `${r.sum}/${r.failed}`).join(" "));
        console.log("workers", results.filter((r) => r.hash).map((r) => r.hash).join(" "));
        console.log("shared", new Int32Array(shared).slice(0, 16).reduce((a, b) => a + b, 0), new Int32Array(shared)[16]);
        server.close();
    });
}
