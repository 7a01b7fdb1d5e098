# SPDX-License-Identifier: MIT
# packages: languages
# engines: t1 t1-1
# A compiler of traces: code written, linked, patched and thrown away while it runs; callbacks from C.
cat >program.lua <<'EOF'
local ffi = require "ffi"
ffi.cdef[[
typedef struct { uint8_t r, g, b, a; } pixel;
typedef struct { double x, y; } point;
typedef int (*compare)(const void *, const void *);
void qsort(void *, size_t, size_t, compare);
double pow(double, double);
int snprintf(char *, size_t, const char *, ...);
int getpid(void);
char *strerror(int);
int open(const char *, int, ...);
size_t strlen(const char *);
]]
print(jit.arch, jit.os, jit.status() and "on" or "off")
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print("fib", fib(27))
local n, sieve, primes = 2000000, ffi.new("uint8_t[?]", 2000001), 0
for i = 2, n do
    if sieve[i] == 0 then
        primes = primes + 1
        for j = i * 2, n, i do sieve[j] = 1 end
    end
end
print("primes", primes)
local image = ffi.new("pixel[?]", 65536)
for round = 1, 20 do
    for i = 0, 65535 do
        local p = image[i]
        p.r, p.g, p.b = i * round, p.r + 3, bit.bxor(p.g, p.b, round)
    end
end
local sum = 0
for i = 0, 65535 do sum = sum + image[i].r + image[i].g * 3 + image[i].b * 7 end
print("pixels", sum)
local numbers = ffi.new("int[?]", 3000)
local seed = 42
for i = 0, 2999 do seed = (seed * 16807) % 2147483647; numbers[i] = seed end
local calls = 0
local compare = ffi.cast("compare", function(a, b)
    calls = calls + 1
    local x, y = ffi.cast("int *", a)[0], ffi.cast("int *", b)[0]
    return x < y and -1 or x > y and 1 or 0
end)
ffi.C.qsort(numbers, 3000, 4, compare)
compare:free()
for i = 1, 2999 do assert(numbers[i - 1] <= numbers[i]) end
print("callbacks", calls > 20000, numbers[0], numbers[2999])
local buffer = ffi.new("char[64]")
print(ffi.C.snprintf(buffer, 64, "%d %5.2f %s %llx", ffi.cast("int", 42), 2.5, "text", ffi.cast("uint64_t", -1)), ffi.string(buffer))
print(ffi.C.pow(2, 0.5), ffi.C.open("/no/such/file", 0), ffi.errno(), ffi.string(ffi.C.strerror(ffi.errno())))
print(0x7fffffffffffffffLL + 1, 10ULL - 11, -7LL / 2, bit.rol(0x12345678, 8), bit.tobit(2 ^ 31), 1LL * 3 == 3)
local point = ffi.metatype("point", {
    __add = function(a, b) return ffi.new("point", a.x + b.x, a.y + b.y) end,
    __tostring = function(p) return p.x .. ";" .. p.y end,
    __index = { norm = function(p) return math.sqrt(p.x * p.x + p.y * p.y) end } })
local p = point(0, 0)
for i = 1, 300000 do p = p + point(1, 0.5) end
print(tostring(p), p:norm())
local s = 0.0
for i = 1, 3000000 do s = s + math.sin(i) * math.floor(i / 3) % 7 end
print(string.format("%.6f", s))
local t = {}
for i = 1, 200000 do t[i] = (i * 7919) % 100003 end
table.sort(t)
print(t[1], t[100000], t[200000])
local words = {}
for i = 1, 100000 do words[#words + 1] = string.format("%x", i * 31) end
local joined = table.concat(words)
print(#joined, joined:find("beef"), select(2, joined:gsub("f", "")))
-- Traces that are made and thrown away: many small functions, types that change, exits through errors.
local total = 0
for i = 1, 1500 do
    local f = assert(loadstring("local n = ... local s = 0 for i = 1, 100 do s = s + i % " .. i % 9 + 1 .. " + n end return s"))
    total = total + f(i)
    if i % 300 == 0 then jit.flush() end
end
print("functions", total)
local function mixed(x) if type(x) == "number" then return x + 1 elseif type(x) == "string" then return #x else return 0 end end
local m = 0
for i = 1, 100000 do m = m + mixed(i % 3 == 0 and i or i % 3 == 1 and "text" or nil) end
print("mixed", m)
local failed = 0
for i = 1, 20000 do if not pcall(function() if i % 7 == 0 then error(i) end end) then failed = failed + 1 end end
print("errors", failed)
local co = coroutine.wrap(function() for i = 1, 100000 do coroutine.yield(i) end return -1 end)
local c = 0
for i = 1, 100000 do c = c + co() end
print("coroutines", c, co())
local weak = setmetatable({}, { __mode = "k" })
for i = 1, 100000 do weak[{}] = i end
collectgarbage()
print("collected", next(weak) == nil)
local function tail(n, acc) if n == 0 then return acc end return tail(n - 1, acc + n) end
print("tail", tail(1000000, 0))
EOF
step luajit program.lua
step luajit -O1 -e 'local s = 0 for i = 1, 5e6 do s = s + bit.band(i, 0xff) end print(s)'
step luajit -Ohotloop=1,hotexit=1,minstitch=1 program.lua
step luajit -joff -e 'local s = 0 for i = 1, 3e5 do s = s + i / 2 end print(s)'
step luajit -e 'print(pcall(error, "failing")) os.exit(3)'
