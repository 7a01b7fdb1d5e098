// SPDX-License-Identifier: MIT
// Work for every tier of V8. With TIMES set, each one's processor time goes to stderr.
function part(name, f) {
    const before = process.cpuUsage();
    console.log(name, f());
    const { user, system } = process.cpuUsage(before);
    if (process.env.TIMES)
        console.error(name, Math.round((user + system) / 1000), 'ms');
}

part('calls', () => { const f = (n) => n < 2 ? n : f(n - 1) + f(n - 2); return f(27); });
part('doubles', () => { let x = 0, v = 1; for (let i = 0; i < 5e6; i++) { v -= x * 0.01; x += v * 0.01; } return x.toFixed(6); });
part('arrays', () => {
    const n = 1e6, composite = new Uint8Array(n);
    let primes = 0;
    for (let i = 2; i < n; i++)
        if (!composite[i]) {
            primes++;
            for (let j = i * 2; j < n; j += i)
                composite[j] = 1;
        }
    return primes;
});
part('objects', () => {
    let list = null, sum = 0;
    for (let i = 0; i < 1e6; i++)
        list = { n: i, next: i % 1000 ? list : null };
    for (; list; list = list.next)
        sum += list.n;
    return sum;
});
part('strings', () => {
    let s = '', h = 0;
    for (let i = 0; i < 1e5; i++)
        s += i;
    for (let i = 0; i < s.length; i++)
        h = (h * 31 + s.charCodeAt(i)) | 0;
    return h;
});
part('maps', () => {
    const map = new Map();
    let sum = 0;
    for (let i = 0; i < 1e5; i++)
        map.set('k' + i % 5000, i);
    for (const v of map.values())
        sum += v;
    return sum;
});
part('sorting', () => {
    const a = [];
    for (let i = 0, x = 1; i < 1e5; i++)
        a.push(x = (x * 1103515245 + 12345) & 0x7fffffff);
    return a.sort((p, q) => p - q)[1000];
});
part('expressions', () => 'abc123def456 '.repeat(5000).replace(/(\d+)([a-z]+)/g, '$2$1').match(/\d+/g).length);
part('json', () => {
    const o = [];
    for (let i = 0; i < 10000; i++)
        o.push({ id: i, name: 'n' + i, v: [i / 3, i] });
    return JSON.stringify(JSON.parse(JSON.stringify(o))).length;
});
part('bigint', () => { let a = 1n; for (let i = 1n; i < 2000n; i++) a *= i; return a.toString().length; });
part('code', () => {
    let sum = 0;
    for (let i = 0; i < 300; i++)
        sum += new Function('x', `let s = 0; for (let k = 0; k < 100; k++) s += (x ^ k) + ${i}; return s;`)(i);
    return sum;
});
