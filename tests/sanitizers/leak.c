// SPDX-License-Identifier: MIT
// sanitizer: leak
// engines: t2
// finds: ERROR: LeakSanitizer: detected memory leaks
// finds: ^Direct leak of 24 byte\(s\) in 1 object\(s\) allocated from:
// finds: #1 0x[0-9a-f]+ in make .*/leak\.inc:12
// finds: ^Indirect leak of 24 byte\(s\) in 1 object\(s\) allocated from:
// finds: SUMMARY: LeakSanitizer: 48 byte\(s\) leaked in 2 allocation\(s\)\.
// status: 23
#include "leak.inc"
