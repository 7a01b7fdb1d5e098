// SPDX-License-Identifier: MIT
// sanitizer: address
// engines: t2
// finds: ERROR: LeakSanitizer: detected memory leaks
// finds: ^Direct leak of 24 byte\(s\) in 1 object\(s\) allocated from:
// finds: #1 0x[0-9a-f]+ in make .*/leak\.inc:12
// finds: ^Indirect leak of 24 byte\(s\) in 1 object\(s\) allocated from:
// finds: SUMMARY: AddressSanitizer: 48 byte\(s\) leaked in 2 allocation\(s\)\.
// status: 1
#include "leak.inc"
