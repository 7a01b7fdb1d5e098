// SPDX-License-Identifier: MIT
// What node.js has besides the language: files, children, the network, cryptography, compression, signals.
const fs = require('fs'), child = require('child_process'), net = require('net'), http = require('http'),
    crypto = require('crypto'), zlib = require('zlib'), os = require('os'), path = require('path');
const { promisify } = require('util');
const { once } = require('events');
const node = process.execPath;

async function files() {
    const dir = fs.mkdtempSync(path.join(process.cwd(), 'node-'));
    const file = path.join(dir, 'file.txt');
    fs.writeFileSync(file, 'line one\n');
    await fs.promises.appendFile(file, 'line two\n');
    console.log('file', JSON.stringify(fs.readFileSync(file, 'utf8')), fs.statSync(file).size);
    fs.renameSync(file, file + '.new');
    console.log('folder', fs.readdirSync(dir).join());
    try { fs.readFileSync(file); } catch (e) { console.log('error', e.code, e.errno); }
    let chunks = 0;
    for await (const chunk of fs.createReadStream(file + '.new', { highWaterMark: 4 }))
        chunks += chunk.length > 0;
    console.log('chunks', chunks);
    fs.rmSync(dir, { recursive: true });
}

async function children() {
    console.log('child', child.execFileSync(node, ['-e', 'process.stdout.write("from " + process.argv[1])', 'x']).toString());
    const failed = child.spawnSync(node, ['-e', 'console.error("complaint"); process.exit(7)']);
    console.log('status', failed.status, failed.stderr.toString().trim());
    console.log('shell', child.execSync('echo $((6 * 7))').toString().trim());
    const script = 'process.on("message", (m) => { process.send(m * 2); process.disconnect(); })';
    const forked = child.fork('-', [], { execPath: node, execArgv: ['-e', script] });
    forked.on('message', (m) => console.log('message', m));
    forked.send(21);
    console.log('ended', (await once(forked, 'exit')).join());
    const sleeper = child.spawn(node, ['-e', 'console.log("up"); setInterval(() => {}, 1000)']);
    sleeper.stdout.once('data', () => sleeper.kill('SIGTERM'));
    console.log('killed', (await once(sleeper, 'exit')).join());
}

async function network() {
    const echo = net.createServer((c) => c.pipe(c)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const c = net.connect(echo.address().port, '127.0.0.1');
    let got = '';
    c.write('ping');
    c.on('data', (d) => { got += d; if (got === 'ping') c.end(); });
    await once(c, 'close');
    console.log('echo', got);
    echo.close();
    const server = http.createServer((request, answer) => {
        let body = '';
        request.on('data', (d) => body += d);
        request.on('end', () => answer.end(`${request.method} ${request.url} ${body.length}`));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ask = async (i) => {
        const request = http.request({ port: server.address().port, host: '127.0.0.1', method: 'POST', path: '/' + i });
        request.end('x'.repeat(i * 1000));
        const [answer] = await once(request, 'response');
        let body = '';
        for await (const d of answer)
            body += d;
        return `${answer.statusCode} ${body}`;
    };
    console.log((await Promise.all([...Array(20).keys()].map(ask))).slice(-2).join(' | '));
    server.close();
}

async function cryptography() {
    console.log('sha256', crypto.createHash('sha256').update('abc').digest('hex'));
    console.log('md5', crypto.createHash('md5').update('abc').digest('hex'));
    console.log('hmac', crypto.createHmac('sha512', 'key').update('data').digest('base64').slice(0, 20));
    const key = Buffer.alloc(32, 7), iv = Buffer.alloc(12, 9);
    const cipher = crypto.createCipheriv('aes-256-gcm', key, iv);
    const secret = Buffer.concat([cipher.update('some plain text'), cipher.final()]);
    const decipher = crypto.createDecipheriv('aes-256-gcm', key, iv).setAuthTag(cipher.getAuthTag());
    console.log('gcm', secret.toString('hex'), cipher.getAuthTag().toString('hex'), decipher.update(secret) + decipher.final());
    console.log('scrypt', (await promisify(crypto.scrypt)('pw', 'salt', 16, { N: 1024 })).toString('hex'));
    console.log('pbkdf2', (await promisify(crypto.pbkdf2)('pw', 'salt', 1000, 16, 'sha256')).toString('hex'));
    const ec = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const signature = crypto.sign('sha256', Buffer.from('m'), ec.privateKey);
    console.log('ecdsa', ...['m', 'n'].map((m) => crypto.verify('sha256', Buffer.from(m), ec.publicKey, signature)));
    const rsa = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });
    console.log('rsa', crypto.privateDecrypt(rsa.privateKey, crypto.publicEncrypt(rsa.publicKey, Buffer.from('hi'))).toString());
}

async function compression() {
    const text = Buffer.from('the quick brown fox '.repeat(5000));
    for (const [there, back] of [['gzip', 'gunzip'], ['deflate', 'inflate'], ['brotliCompress', 'brotliDecompress']]) {
        const packed = await promisify(zlib[there])(text);
        console.log(there, packed.length < 2000, (await promisify(zlib[back])(packed)).equals(text));
    }
}

function language() {
    console.log([1.5, 1e21, -0, NaN, 2 ** 53, 0.1 + 0.2, 123456789.125, 1 / 3].join(), (255).toString(36),
        parseFloat('1e-7'), Math.hypot(3, 4), Math.fround(5.1), (1234.5678).toFixed(2), ~~4294967297.5, 1e10 | 0);
    console.log(new Intl.NumberFormat('en-US').format(1234567.891), new Date(0).toISOString(), 'straße'.toUpperCase(),
        'ä'.normalize('NFD').length, /(?<y>\d{4})-(\d\d)/u.exec('on 2026-11').groups.y, 12345678901234567890n ** 3n);
    const deep = () => deep() + 1;
    try { deep(); } catch (e) { console.log(e.constructor.name, e.message); }
    console.log(os.endianness(), os.cpus().length > 0, process.memoryUsage().rss > 1e6, process.hrtime.bigint() > 0n);
}

(async () => {
    await files();
    await children();
    await network();
    await cryptography();
    await compression();
    language();
    process.on('SIGUSR2', () => { console.log('signal'); process.exit(3); });
    process.kill(process.pid, 'SIGUSR2');
    setTimeout(() => {}, 10000);
})().catch((e) => { console.log('FAILED', e); process.exit(1); });
