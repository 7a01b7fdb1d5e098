# SPDX-License-Identifier: MIT
# packages: interpreters
# engines: t1
# Guile 3 makes machine code of its byte code (GUILE_JIT_THRESHOLD=0: of everything).
cat >program.scm <<'EOF'
(use-modules (ice-9 match) (ice-9 threads) (srfi srfi-1) (ice-9 regex) (rnrs bytevectors))
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(display (fib 22)) (newline)
(display (expt 3 150)) (newline)
(display (fold + 0 (map (lambda (x) (* x x)) (iota 1000)))) (newline)
(display (call-with-current-continuation (lambda (k) (for-each (lambda (x) (when (> x 3) (k x))) '(1 2 3 4 5)) 'none))) (newline)
(display (match '(point 3 4) (('point x y) (sqrt (+ (* x x) (* y y)))))) (newline)
(display (catch 'oops (lambda () (throw 'oops 1 2)) (lambda (key . args) (cons key args)))) (newline)
(display (apply + (par-map (lambda (n) (apply + (iota n))) '(100 1000 5000 20000)))) (newline)
(display (regexp-substitute/global #f "[aeiou]+" "the quick brown fox" 'pre "_" 'post)) (newline)
(let ((v (make-bytevector 16 0))) (bytevector-ieee-double-native-set! v 8 -1.5) (display v) (newline))
(let loop ((i 0) (acc '())) (if (< i 300000) (loop (1+ i) (if (zero? (modulo i 1000)) '() (cons i acc))) (begin (display (length acc)) (newline))))
(display (list (exact->inexact 1/3) (/ 10 4) (sin 1.0) (quotient -7 2) (modulo -7 2))) (newline)
(exit 6)
EOF
GUILE_LOAD_PATH=$ROOT/usr/share/guile/3.0 GUILE_LOAD_COMPILED_PATH=$ROOT/usr/lib/aarch64-linux-gnu/guile/3.0/ccache GUILE_AUTO_COMPILE=0
LC_ALL=C.UTF-8 # it aborts without a character set of its own
export GUILE_LOAD_PATH GUILE_LOAD_COMPILED_PATH GUILE_AUTO_COMPILE
step guile-3.0 program.scm
GUILE_JIT_THRESHOLD=0
export GUILE_JIT_THRESHOLD
step guile-3.0 program.scm
