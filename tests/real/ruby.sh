# SPDX-License-Identifier: MIT
# packages: languages
# engines: t1 t1-1
# beyond: qemu-aarch64 cannot run the programs of the root that a script starts
# Threads under a lock, fibers (context switches in assembly), processes, sockets, signals, big numbers, dynamic modules.
cat >program.rb <<'EOF'
require "socket"; require "open3"; require "tempfile"; require "digest"; require "json"; require "zlib"; require "stringio"
require "timeout"; require "set"; require "bigdecimal"; require "monitor"; require "etc"; require "io/console"; require "pty"
$stdout.sync = true
puts RUBY_PLATFORM
puts (1..8).map { |i| fork { sleep 0.001 * i; exit! i } }.map { |p| Process.wait2(p)[1].exitstatus }.inspect
count, lock = 0, Mutex.new
puts 8.times.map { |i| Thread.new { 500.times { lock.synchronize { count += 1 } }; i * i } }.map(&:value).sum, count
queue = Queue.new; consumer = Thread.new { s = 0; while (x = queue.pop); s += x; end; s }
4.times.map { Thread.new { 250.times { |i| queue << i } } }.each(&:join); queue << nil; puts consumer.value
fiber = Fiber.new { |x| loop { x = Fiber.yield(x * 2) } }; puts (1..1000).sum { |i| fiber.resume(i) }
puts 500.times.map { |i| Fiber.new { Fiber.yield i; i + 1 } }.each(&:resume).sum(&:resume)
lazy = Enumerator.new { |y| a, b = 0, 1; loop { y << a; a, b = b, a + b } }; puts lazy.lazy.select(&:even?).first(15).inspect
external = [1, 2, 3].each; begin; loop { print external.next, " " }; end; puts
puts Ractor.new { Ractor.receive.map { _1 * 2 } }.tap { |r| r.send([1, 2, 3]) }.take.inspect
server = TCPServer.new("127.0.0.1", 0)
serving = Thread.new { 5.times.map { Thread.new(server.accept) { |c| c.puts c.gets.reverse; c.close } }.each(&:join) }
puts 5.times.map { |i| Thread.new { TCPSocket.open("127.0.0.1", server.addr[1]) { |c| c.puts "client #{i}"; c.read.strip } } }.map(&:value).inspect
serving.join
a, b = UNIXSocket.pair; a.send_io($stdout); b.recv_io.tap { _1.sync = true }.puts "through a passed descriptor"
r, w = IO.pipe; pid = fork { r.close; w.write Marshal.dump({ list: [1, 2.5, "x", :y, nil], big: 2**100 }); exit! 0 }; w.close; p Marshal.load(r.read); Process.wait pid
out, err, status = Open3.capture3("sh", "-c", "cat; echo error >&2; exit 4", stdin_data: "given"); p out, err, status.exitstatus
p `uname -m`, $?.exitstatus, system("exit 3"), $?.exitstatus, spawn("true").then { |x| Process.wait2(x)[1].success? }
got = []; %w[USR1 USR2].each { |s| trap(s) { got << s } }; %w[USR1 USR2].each { |s| Process.kill(s, $$); sleep 0.01 until got.include?(s) }; p got
begin; Timeout.timeout(0.2) { sleep }; rescue Timeout::Error => e; puts "timeout: #{e.message}"; end
child = fork { trap("TERM") { exit! 9 }; sleep }; sleep 0.3; Process.kill("TERM", child); p Process.wait2(child)[1].exitstatus
begin; def deep(n) = deep(n + 1) + 1; deep(0); rescue SystemStackError => e; puts e.class; end
puts (1..200).inject(:*).to_s.length, 2**1000 % 1_000_007, 3**500 / 7**200 % 10**30, BigDecimal("1").div(3, 40).to_s, Integer.sqrt(10**60), Rational(3, 7) ** 5, Complex(1, 2) ** 10
puts Digest::SHA256.hexdigest("abc" * 1000), Zlib.crc32("x" * 10000), Zlib::Inflate.inflate(Zlib::Deflate.deflate("text " * 1000)).length
puts JSON.generate(JSON.parse('{"a":[1,2.5,null,true],"b":{"c":"\u00e4"}}')), [3, 1, 2].sort.pack("N*").unpack("C*").inspect
h = Hash.new(0); 100_000.times { |i| h[(i * 7919) % 1009] += i }; puts h.size, h.values.sum, h.min_by { |k, v| [v, k] }.inspect
puts 50_000.times.map { |i| "k#{(i * 31) % 50_000}" }.sort.uniq.each_slice(10_000).map(&:first).inspect
garbage = nil; 200_000.times { |i| garbage = [i.to_s, garbage && garbage[0]] }; GC.start; GC.compact rescue nil; puts GC.count.positive?
f = Tempfile.new; f.write("x" * 5000); f.flush; puts File.size(f.path), IO.read(f.path, 3, 10); f.close!
m, s = PTY.open; s.puts "over a terminal"; puts m.gets.inspect, s.winsize.length
puts "caf\u00e9".encode("ISO-8859-1").bytes.inspect, "stra\u00dfe".upcase, "a1b22".scan(/\d+/).inspect, "%.3e|%08.3f|%+d|%x" % [12345.678, 3.14159, 5, 255]
at_exit { puts "at exit" }
catch(:done) { 10.times { |i| throw :done if i == 3 } }; puts ObjectSpace.respond_to?(:each_object), __method__.inspect, binding.local_variables.size > 5
warn "to stderr"; raise ArgumentError, "the end"
EOF
step ruby program.rb
step ruby --jit -e 'def f(n) = n < 2 ? n : f(n - 1) + f(n - 2); puts f(22)'
