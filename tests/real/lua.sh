# SPDX-License-Identifier: MIT
cat >program.lua <<'END'
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print("fib", fib(20))
local t = {}
for i = 1, 2000 do t[i] = (i * 7919) % 1009 end
table.sort(t)
print(t[1], t[1000], t[2000], #t)
local words = {}
for w in ("the quick brown fox jumps over the lazy dog"):gmatch("%a+") do words[w] = (words[w] or 0) + 1 end
local keys = {}
for k in pairs(words) do keys[#keys + 1] = k end
table.sort(keys)
print(table.concat(keys, ","), words.the)
print(string.format("%5.2f|%-8s|%x|%q|%g|%i", math.pi, "lua", 255, "a\nb", 1e100, 42))
print(1.0 // 0 == math.huge, pcall(function() return 1 // 0 end))
print(7 // 2, -7 // 2, 7 % -3, 7.5 // 2, 1 << 62, 5 & 3, ~0, 3 / 2, 2 ^ 0.5, 10 // 3.0)
print(math.maxinteger, math.mininteger, math.tointeger(3.0), math.type(1), math.type(1.0), math.ult(1, -1))
print(tostring(1e15), 1e16, 0.1, -0.0, 1e300 * 1e10, 2^53)
local co = coroutine.wrap(function(a) for i = 1, 3 do a = coroutine.yield(a * i) end return "end" end)
print(co(10), co(20), co(30), co(40))
local mt = setmetatable({}, {__index = function(_, k) return k .. "!" end, __call = function(_, x) return x * 2 end})
print(mt.key, mt(21))
print(type(select(2, pcall(error, {code = 5}))))
print(select("#", pcall(error)), pcall(string.rep))
local s = string.rep("abc", 1000)
print(#s, s:gsub("b", "B"):sub(1, 6), s:find("cab", 1, true), s:byte(1, 3))
print(string.pack("<i4d", 7, 1.5):byte(1, -1))
print(os.time({year = 2020, month = 1, day = 1, hour = 12}), os.date("!%Y-%m-%d", 86400 * 365))
local f = io.open("file", "w")
f:write("line1\nline2\n", 3.5, "\n")
f:close()
for l in io.lines("file") do io.write("[", l, "]") end
print()
local big = {}
for i = 1, 3000 do big[i] = {i, tostring(i)} end
big = nil
collectgarbage()
print(collectgarbage("count") < 2000)
print(utf8.char(228, 8364, 128512), utf8.len("äöü"), #"äöü")
goto done
print("skipped")
::done::
local x <const> = 5
print(load("return " .. x .. " * 2")())
print(math.sin(1), math.exp(1), math.log(10), math.floor(-3.5), math.fmod(7, 3), math.abs(-4))
os.exit(3)
END
step lua5.4 program.lua
step lua5.4 -e 'print(("x"):rep(3), ...)' 
step lua5.4 -e 'error("failing")'
step lua5.4 -e 'print(_VERSION)' -
step lua5.4 nothing.lua
