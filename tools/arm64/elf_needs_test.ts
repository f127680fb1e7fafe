import assert from "node:assert/strict";
import { compareVersions, elfTroubles, newestGlibc, smallestAlignment } from "./elf_needs.ts";

/** As binutils prints them with `--wide --version-info --segments`, shortened. */
const READELF = `
Program Headers:
  Type           Offset   VirtAddr           PhysAddr           FileSiz  MemSiz   Flg Align
  INTERP         0x0002a8 0x00000000000002a8 0x00000000000002a8 0x00001b 0x00001b R   0x1
  LOAD           0x000000 0x0000000000000000 0x0000000000000000 0x1b17ab2 0x1b17ab2 R   0x10000
  LOAD           0x1b20000 0x0000000001e60000 0x0000000001e60000 0x333aec0 0x333aec0 R E 0x10000
  TLS            0x4e5aec0 0x00000000051aaec0 0x00000000051aaec0 0x000000 0x0000a8 R   0x20

Version definition section '.gnu.version_d' contains 1 entry:
  000000: Rev: 1  Flags: none  Index: 2  Cnt: 1  Name: GLIBC_2.99 

Version needs section '.gnu.version_r' contains 2 entries:
 Addr: 0x00000000000046c8  Offset: 0x000046c8  Link: 8 (.dynstr)
  000000: Version: 1  File: libgcc_s.so.1  Cnt: 1
  0x0010:   Name: GCC_3.3  Flags: none  Version: 6
  0x0020: Version: 1  File: libc.so.6  Cnt: 3
  0x0030:   Name: GLIBC_2.9  Flags: none  Version: 2
  0x0040:   Name: GLIBC_2.27  Flags: WEAK  Version: 9
  0x0050:   Name: GLIBC_2.17  Flags: none  Version: 11
`;

Deno.test("newestGlibc() takes the newest that is needed, weak or not, and none that is defined", () => {
  assert.equal(newestGlibc(READELF), "2.27");
  assert.equal(newestGlibc("No version information found in this file.\n"), null);
});

Deno.test("smallestAlignment() looks at what is loaded alone", () => {
  assert.equal(smallestAlignment(READELF), 65_536);
  assert.equal(smallestAlignment(READELF.replace("R E 0x10000", "R E 0x1000")), 4_096);
});

Deno.test("compareVersions() goes by numbers", () => {
  assert.ok(compareVersions("2.9", "2.27") < 0);
  assert.ok(compareVersions("2.28", "2.27") > 0);
  assert.equal(compareVersions("2.28", "2.28"), 0);
});

Deno.test("elfTroubles() names what an old glibc and a kernel with large pages would refuse", () => {
  const needs = new Map([
    ["lib/runtime", { glibc: "2.27", pageBytes: 65_536 }],
    ["lib/static", { glibc: null, pageBytes: 65_536 }],
    ["lib/new.so", { glibc: "2.30", pageBytes: 65_536 }],
    ["lib/small.so", { glibc: "2.17", pageBytes: 4_096 }],
  ]);
  assert.deepEqual(elfTroubles(needs, { glibcMax: "2.28" }), [
    "lib/new.so asks for glibc 2.30, expected at most 2.28",
    "lib/small.so is laid out for pages of 4096 bytes, expected 65536",
  ]);
});
