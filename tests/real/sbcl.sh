# SPDX-License-Identifier: MIT
# packages: interpreters
# engines: t1 t1-1
# beyond: SBCL does not start under qemu-aarch64
# Steel Bank Common Lisp compiles to machine code as it goes, moves objects with a collector that protects pages, and handles SIGSEGV,
# SIGTRAP and SIGUSR2 itself.
cat >program.lisp <<'EOF'
(defun fib (n) (declare (fixnum n)) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(format t "~d~%" (fib 25))
(format t "~d~%" (expt 7 200))
(format t "~,12f ~a~%" (loop for i from 1 to 100000 sum (/ 1d0 (* i i))) (/ 355 113))
(let ((h (make-hash-table :test 'equal))) (dotimes (i 20000) (incf (gethash (format nil "k~d" (mod (* i 7919) 613)) h 0)))
  (format t "~d ~d~%" (hash-table-count h) (loop for v being the hash-values of h sum v)))
(format t "~a~%" (handler-case (/ 1 0) (division-by-zero () "division by zero")))
(format t "~a~%" (handler-case (car (read-from-string "5")) (type-error (e) (type-error-datum e))))
(labels ((deep (n) (+ 1 (deep (1+ n))))) (format t "~a~%" (handler-case (deep 0) (sb-kernel::control-stack-exhausted () "stack exhausted"))))
(dotimes (i 30) (setf (get 'keep i) (make-array 100000 :initial-element i)) (when (zerop (mod i 10)) (sb-ext:gc :full t)))
(format t "~d~%" (loop for i below 30 sum (aref (get 'keep i) 99999)))
(compile 'later '(lambda (x) (loop for i from 1 to x collect (* i i)))) (format t "~a~%" (later 6))
(let* ((n 0) (lock (sb-thread:make-mutex)) (threads (loop repeat 6 collect (sb-thread:make-thread
   (lambda () (dotimes (i 500) (sb-thread:with-mutex (lock) (incf n)) (when (zerop (mod i 100)) (make-array 20000))) n)))))
  (mapc #'sb-thread:join-thread threads) (format t "~d~%" n))
(format t "~a~%" (with-output-to-string (s) (sb-ext:run-program "/bin/sh" '("-c" "echo from a shell; exit 3") :output s)))
(sb-ext:exit :code 4)
EOF
SBCL_HOME=$ROOT/usr/lib/sbcl
export SBCL_HOME
step sbcl --noinform --no-sysinit --no-userinit --script program.lisp
step sbcl --noinform --no-sysinit --no-userinit --disable-debugger --eval '(error "failing")' --quit </dev/null | grep -v '^2> *[0-9]*: ' | grep -E '^(##|--)'
