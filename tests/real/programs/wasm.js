// SPDX-License-Identifier: MIT
// A WebAssembly module made by hand: recursion, loads that end in the guard region, divisions, the stack's end.
const section = (id, ...body) => [id, body.length, ...body];
const name = (s) => [s.length, ...Buffer.from(s)];
const code = (...body) => [body.length + 2, 0, ...body, 0x0b];
const GET = 0x20, CONST = 0x41, CALL = 0x10, I32 = 0x7f, FUNC = 0x60;
// fib(n) = n < 2 ? n : fib(n - 1) + fib(n - 2)
const fib = code(GET, 0, CONST, 2, 0x48, 0x04, I32, GET, 0, 0x05,
    GET, 0, CONST, 1, 0x6b, CALL, 0, GET, 0, CONST, 2, 0x6b, CALL, 0, 0x6a, 0x0b);
const load = code(GET, 0, 0x28, 2, 0);
const divide = code(GET, 0, GET, 1, 0x6d);
const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, 2, FUNC, 1, I32, 1, I32, FUNC, 2, I32, I32, 1, I32),
    ...section(3, 3, 0, 0, 1),
    ...section(5, 1, 0, 1),
    ...section(7, 3, ...name('fib'), 0, 0, ...name('load'), 0, 1, ...name('divide'), 0, 2),
    ...section(10, 3, ...fib, ...load, ...divide)]);

WebAssembly.instantiate(bytes).then(({ instance: { exports: e } }) => {
    console.log('fib', e.fib(25), 'load', e.load(65532), 'divide', e.divide(-7, 2));
    const traps = [() => e.load(65533), () => e.load(-4), () => e.divide(1, 0), () => e.divide(-2147483648, -1),
        () => e.fib(1e9)];
    for (const f of traps)
        try { console.log('no trap', f()); } catch (x) { console.log(x.constructor.name, x.message); }
    let count = 0;
    for (let i = 0; i < 300; i++)
        try { e.load(65536 + i * 64); } catch (x) { count++; }
    console.log('traps', count);
});
