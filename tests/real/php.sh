# SPDX-License-Identifier: MIT
# packages: interpreters
# engines: t1 t1-1
# beyond: qemu-aarch64 cannot run the programs of the root that another starts
# PHP with its own JIT off and on: closures, exceptions, generators, regular expressions, sorting, files, streams between processes.
cat >program.php <<'EOF'
<?php
function fib(int $n): int { return $n < 2 ? $n : fib($n - 1) + fib($n - 2); }
echo fib(21), "\n";
$words = []; for ($i = 0; $i < 20000; $i++) { $w = "w" . ($i * 7919 % 611); $words[$w] = ($words[$w] ?? 0) + 1; }
arsort($words); ksort($words); echo count($words), " ", array_sum($words), " ", md5(json_encode($words)), "\n";
function squares($n) { for ($i = 1; $i <= $n; $i++) { $got = yield $i => $i * $i; if ($got) return $got; } return "end"; }
foreach (squares(5) as $k => $v) echo "$k:$v "; echo "\n";
try { try { intdiv(1, 0); } finally { echo "finally\n"; } } catch (DivisionByZeroError $e) { echo get_class($e), ": ", $e->getMessage(), "\n"; }
abstract class Shape { abstract function area(): float; static function make(string $kind, float ...$n): static { return new $kind(...$n); } }
class Circle extends Shape { function __construct(private float $r) {} function area(): float { return M_PI * $this->r ** 2; } }
class Box extends Shape { function __construct(private float $a, private float $b) {} function area(): float { return $this->a * $this->b; } }
printf("%.6f %.2f\n", Shape::make("Circle", 2)->area(), Shape::make("Box", 3, 4.5)->area());
echo preg_replace_callback('/(\w+)@(\w+)\.com/', fn($m) => strrev($m[1]) . " at $m[2]", "ab@cd.com, xyz@example.com"), "\n";
echo serialize(unserialize(serialize([1, 1.5, null, true, "x" => ["y" => new ArrayObject([3])]]))), "\n";
echo hash("sha256", str_repeat("a64", 1000)), " ", crc32("a64"), " ", base64_encode(gzcompress_or("zlib")), "\n";
function gzcompress_or($s) { return function_exists("gzcompress") ? gzuncompress(gzcompress($s)) : $s; }
$p = proc_open([PHP_BINARY_OF, "-n", "-r", 'while (($l = fgets(STDIN)) !== false) echo strtoupper($l); exit(5);'], [["pipe", "r"], ["pipe", "w"]], $pipes);
fwrite($pipes[0], "one\ntwo\n"); fclose($pipes[0]); echo stream_get_contents($pipes[1]); fclose($pipes[1]); echo proc_close($p), "\n";
$matrix = fn($n) => array_map(fn($i) => array_map(fn($j) => ($i * $j) % 10 + 0.5, range(1, $n)), range(1, $n));
$a = $matrix(40); $sum = 0; for ($i = 0; $i < 40; $i++) for ($j = 0; $j < 40; $j++) { $s = 0.0; for ($k = 0; $k < 40; $k++) $s += $a[$i][$k] * $a[$k][$j]; $sum += $s; }
echo $sum, "\n"; var_dump(0.1 + 0.2 == 0.3, "abc" <=> "abd", PHP_INT_MAX + 1, 7 % -3, 2 ** 62);
EOF
sed -i "s|PHP_BINARY_OF|'$ROOT/usr/bin/php8.2'|" program.php
step php8.2 -n program.php
step php8.2 -n -d zend_extension=opcache.so -d opcache.enable_cli=1 -d opcache.jit_buffer_size=16M -d opcache.jit=tracing program.php
step php8.2 -n -r 'fwrite(STDERR, "failing\n"); exit(3);'
