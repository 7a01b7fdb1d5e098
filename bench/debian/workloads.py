# SPDX-License-Identifier: MIT
"""What the Debian programs are given to do. A workload makes its input files in a folder, where the
command then runs; sizes grow with scale. compares: whether both machines print the same bytes."""

import os
import random


class Row:
    def __init__(self, name, program, arguments, make=None, compares=True, env=None):
        self.name, self.program, self.arguments = name, program, arguments
        self.make, self.compares, self.env = make, compares, env or {}


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as out:
        out.write(data if isinstance(data, bytes) else data.encode())


def text(size):
    source = random.Random(1)
    words = ["".join(source.choice("etaoinshrdlu") for _ in range(source.randint(2, 9))) for _ in range(3000)]
    parts, length = [], 0
    while length < size:
        line = " ".join(words[int(source.paretovariate(1.1)) % 3000] for _ in range(12))
        parts.append(f"{source.randint(0, 9999)} {line}\n")
        length += len(parts[-1])
    return "".join(parts).encode()[: int(size)]


def texts(name, size):
    return lambda folder, scale: write(folder, name, text(size * scale))


def binary(size):
    return lambda folder, scale: write(folder, "binary", random.Random(2).randbytes(1 << 16) * int(size * scale / 65536 + 1))


def script(name, body, rounds):
    return lambda folder, scale: write(folder, name, body.replace("ROUNDS", str(max(1, int(rounds * scale)))))


PYTHON = """
class Account:
    def __init__(self, owner):
        self.owner, self.balance = owner, 0
    def deposit(self, amount):
        self.balance += amount
        return self.balance

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

total = 0
for r in range(ROUNDS):
    accounts = [Account("owner%d" % i) for i in range(300)]
    for a in accounts:
        total += a.deposit(len(a.owner) * 3)
    words = {}
    for i in range(2000):
        words["w" + str(i * 7919 % 311)] = words.get("w" + str(i % 311), 0) + i
    total += sum(sorted(words.values())[:100]) + fib(15)
    total += sum(x * x for x in range(1000) if x % 3) + len(",".join(map(str, range(500))))
    total += int(sum(x / 7.5 for x in range(500)))
print(total)
"""

LUA = """
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local Point = {}
Point.__index = Point
function Point.new(x, y) return setmetatable({x = x, y = y}, Point) end
function Point:add(o) return Point.new(self.x + o.x, self.y + o.y) end
local total = 0
for r = 1, ROUNDS do
    local p, q = Point.new(0, 0), Point.new(1.5, r)
    for i = 1, 1500 do p = p:add(q) end
    local t = {}
    for i = 1, 1000 do t[i] = (i * 7919 + r) % 1009 end
    table.sort(t)
    local s = {}
    for w in ("the quick brown fox jumps over the lazy dog"):rep(5):gmatch("%a+") do s[#s + 1] = w:upper() end
    total = total + fib(16) + t[500] + #table.concat(s, ",") + math.floor(p.x) + p.y % 7
end
print(string.format("%.3f", total))
"""

PERL = """
my ($total, %seen) = (0);
for my $r (1 .. ROUNDS) {
    my @lines = map { "key" . ($_ * 7919 % 613) . "=value$_; other=" . ($_ ^ $r) } 1 .. 600;
    for (@lines) {
        next unless /^(\\w+)=(\\w+); other=(\\d+)$/;
        $seen{$1} += $3;
        (my $copy = $2) =~ s/a(l)u/A\\U$1\\E/g;
        $total += length($copy) + ord(substr $copy, 1, 1);
    }
    $total += $_ for (sort { $a <=> $b } values %seen)[0 .. 50];
}
print "$total\\n";
"""

SQL = """
create table t (id integer primary key, name text, value integer, price real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < ROUNDS)
insert into t select i, 'name' || (i * 7919 % 1009), i * 31 % 977, i * 0.25 from n;
create index by_name on t(name);
select name, count(*), sum(value), max(price) from t group by name order by 3 desc, name limit 20;
select count(*) from t a join t b on a.value = b.id where b.name like '%7%' and a.price > 10;
update t set value = value + length(name) where id % 3 = 0;
delete from t where value between 100 and 200;
select sum(value), avg(price), count(distinct name) from t;
select a.id, (select count(*) from t b where b.name = a.name) from t a where a.id % 500 = 1 order by a.name;
"""

BASH = """
declare -A seen
total=0
twice() { local v=$1; ((v *= 2)); result=$v; }
for ((i = 0; i < ROUNDS; i++)); do
    twice $i
    case $((i % 5)) in
    0) ((total += result)) ;;
    1) name=item_$i; total=$((total + ${#name})) ;;
    2) [[ $i =~ ^[0-9]*7$ ]] && ((total ^= i)) ;;
    3) seen[$((i % 97))]=$i ;;
    *) name=${name/item/thing}; name=${name%_*}_$i ;;
    esac
done
echo "$total ${#seen[@]} $name"
"""

AWK = """
BEGIN {
    for (r = 0; r < ROUNDS; r++) {
        line = r " " (r * 7919 % 977) " word" (r % 211) " " r / 3
        n = split(line, f, " ")
        count[f[3]] += f[2]
        if (line ~ /7.*9/) hits++
        gsub(/o/, "0", f[3])
        total += length(f[3]) + int(f[4]) % 10
    }
    for (k in count) sum += count[k]
    print total, hits, sum
}
"""


def c_source(folder, scale):
    """Some hundred functions without any header: what the compilers of both machines take."""
    source = random.Random(3)
    out = ["extern int printf(const char *, ...);\nstruct s { int a[64]; struct s *next; double d; };\n"]
    for i in range(max(4, int(36 * scale))):
        k = [source.randint(1, 63) for _ in range(6)]
        out.append(f"""
static int work{i}(struct s *p, int x)
{{
    int sum = {k[0]};
    for (int i = 0; i < x; i++) {{
        for (struct s *q = p; q; q = q->next) {{
            if (q->a[i & {k[1]}] > sum)
                sum += q->a[(i + {k[2]}) & 63] * {k[3]};
            else
                q->d = q->d * {k[4]}.5 + sum / (i + 1);
        }}
        switch (sum % 7) {{
        case 0: sum ^= x; break;
        case 1: sum += {k[5]}; break;
        case 2: p->a[{k[5]}] = sum; break;
        case 4: sum -= (int)p->d; break;
        default: sum = sum << 1 | (sum >> 3 & 1);
        }}
    }}
    return sum{f" + work{i - 1}(p, x / 2)" if i else ""};
}}
int call{i}(struct s *p) {{ return work{i}(p, {k[1]}); }}
""")
    write(folder, "source.i", "".join(out))


def wave(folder, scale):
    source, samples, level = random.Random(4), bytearray(), 0
    for i in range(44100):
        level = (level * 31 + source.randint(-900, 900) * 4) // 32
        samples += (max(-32768, min(32767, level + (i * 200 % 16384 - 8192)))).to_bytes(2, "little", signed=True)
    samples *= max(1, int(400 * scale))
    size = len(samples)
    write(folder, "in.wav", b"RIFF" + (size + 36).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little") +
          bytes([1, 0, 1, 0]) + (44100).to_bytes(4, "little") + (88200).to_bytes(4, "little") + bytes([2, 0, 16, 0]) +
          b"data" + size.to_bytes(4, "little") + bytes(samples))


def video(folder, scale):
    width, height, source = 320, 176, random.Random(5)
    noise = source.randbytes(width * height * 2)
    out = [f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C420jpeg\n".encode()]
    for frame in range(max(3, int(80 * scale))):
        luma = bytearray()
        for y in range(height):
            row = bytes((x * 2 + y + frame * 3) & 0xF0 for x in range(width))
            at = (y * width + frame * 5) % (width * height)
            luma += bytes(a | b & 7 for a, b in zip(row, noise[at: at + width]))
        out.append(b"FRAME\n" + bytes(luma) + bytes([(frame * 2) & 0xFF]) * (width * height // 2))
    write(folder, "in.y4m", b"".join(out))


def packed(tool, name, size):
    """Input for decompression: packed by the host's Python, so that both machines read the same bytes."""
    def make(folder, scale):
        write(folder, name, tool(text(size * scale)))
    return make


def compressor(module):
    return lambda data: __import__(module).compress(data)


KEY = ["-K", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "-iv", "0f0e0d0c0b0a09080706050403020100"]
AES_KEY = ["-K", KEY[1][:32], "-iv", KEY[3]]
# A Mersenne prime, so that no round of the test is spared.
PRIME = f"{(1 << 2203) - 1:X}"

ROWS = [
    Row("python", "usr/bin/python3.11", ["-S", "script.py"], script("script.py", PYTHON, 380),
        env={"PYTHONHOME": "{root}/usr", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}),
    Row("lua", "usr/bin/lua5.4", ["script.lua"], script("script.lua", LUA, 700)),
    Row("perl", "usr/bin/perl", ["script.pl"], script("script.pl", PERL, 600)),
    Row("bash", "bin/bash", ["--norc", "script.sh"], script("script.sh", BASH, 40000)),
    Row("gawk", "usr/bin/gawk", ["-f", "script.awk"], script("script.awk", AWK, 160000)),
    Row("sqlite", "usr/bin/sqlite3", [":memory:", ".read script.sql"], script("script.sql", SQL, 180000)),
    Row("cc1", "usr/lib/gcc/{triplet}/12/cc1", ["-quiet", "-O2", "source.i", "-o", "/dev/null"], c_source, compares=False),
    Row("xz", "usr/bin/xz", ["-6", "-T1", "-c", "text"], texts("text", 1.5e6)),
    Row("xz-d", "usr/bin/xz", ["-dc", "text.xz"], packed(compressor("lzma"), "text.xz", 60e6)),
    Row("zstd", "usr/bin/zstd", ["-q", "-9", "--single-thread", "-c", "text"], texts("text", 12e6)),
    Row("gzip", "bin/gzip", ["-6", "-nc", "text"], texts("text", 12e6)),
    Row("bzip2", "bin/bzip2", ["-c", "text"], texts("text", 5e6)),
    Row("bzip2-d", "bin/bzip2", ["-dc", "text.bz2"], packed(compressor("bz2"), "text.bz2", 12e6)),
    Row("openssl-sha256", "usr/bin/openssl", ["dgst", "-r", "-sha256", "binary"], binary(4e8)),
    Row("openssl-aes", "usr/bin/openssl", ["enc", "-aes-128-ctr", *AES_KEY, "-in", "binary", "-out", "/dev/null"], binary(4e8)),
    Row("openssl-chacha20", "usr/bin/openssl", ["enc", "-chacha20", *KEY, "-in", "binary", "-out", "/dev/null"], binary(2e8)),
    Row("openssl-prime", "usr/bin/openssl", ["prime", "-hex", PRIME]),
    Row("stockfish", "usr/games/stockfish", ["bench", "16", "1", "9"], compares=False),
    Row("x264", "usr/bin/x264", ["--quiet", "--no-progress", "--threads", "1", "-o", "/dev/null", "in.y4m"], video, compares=False),
    Row("flac", "usr/bin/flac", ["-s", "-8", "-c", "in.wav"], wave, compares=False),
]
