import assert from "node:assert/strict";
import { judgeLibcrypto, type LibcryptoIdentity, tongsuoVersion } from "./libcrypto_versions.ts";

type Row = readonly [version: string, level: string, ...cves: string[]];

const NONCE = ["CVE-2026-54872", "CVE-2026-77696"] as const;

function judgeAll(name: string, arch: LibcryptoIdentity["arch"], rows: readonly Row[]): void {
  for (const [version, level, ...cves] of rows) {
    const judged = judgeLibcrypto({ name, version, arch });
    assert.equal(judged.level, level, `${name} ${version} on ${arch}`);
    const named = judged.reasons.map((reason) => /^CVE-\d+-\d+/.exec(reason)?.[0] ?? reason);
    assert.deepEqual(named, cves, `${name} ${version} on ${arch}`);
  }
}

Deno.test("judgeLibcrypto() refuses 1.1.1 up to k and warns of it up to zi", () => {
  for (const arch of ["x86_64", "aarch64"] as const) {
    judgeAll("OpenSSL", arch, [
      ["1.1.1", "refused", "CVE-2021-3711"],
      ["1.1.1-pre8", "refused", "OpenSSL 1.1.1-pre8 is older than 1.1.1, the first with SM2"],
      ["1.1.1d", "refused", "CVE-2021-3711"],
      ["1.1.1k", "refused", "CVE-2021-3711"],
      ["1.1.1l", "warned", ...NONCE],
      ["1.1.1w", "warned", ...NONCE],
      // openEuler counts its own fixes so.
      ["1.1.1wa", "warned", ...NONCE],
      ["1.1.1z", "warned", ...NONCE],
      ["1.1.1za", "warned", ...NONCE],
      ["1.1.1zi", "warned", ...NONCE],
      ["1.1.1zj", "accepted"],
      ["1.1.1zk", "accepted"],
      ["1.1.0l", "refused", "OpenSSL 1.1.0l is older than 1.1.1, the first with SM2"],
      ["1.0.2zs", "refused", "OpenSSL 1.0.2zs is older than 1.1.1, the first with SM2"],
    ]);
  }
});

Deno.test("judgeLibcrypto() accepts the mended end of every branch on x86-64", () => {
  judgeAll("OpenSSL", "x86_64", [
    ["3.0.0-beta2", "warned", ...NONCE],
    ["3.0.0", "warned", ...NONCE],
    ["3.0.19", "warned", ...NONCE],
    ["3.0.22", "warned", ...NONCE],
    ["3.0.23", "accepted"],
    ["3.1.8", "warned", ...NONCE],
    ["3.2.6", "warned", ...NONCE],
    ["3.3.99", "warned", ...NONCE],
    ["3.4.7", "warned", ...NONCE],
    ["3.4.8", "accepted"],
    ["3.5.8", "warned", ...NONCE],
    ["3.5.9-dev", "warned", ...NONCE],
    ["3.5.9", "accepted"],
    ["3.5.10", "accepted"],
    ["3.6.4", "warned", ...NONCE],
    ["3.6.5", "accepted"],
    ["4.0.2", "warned", ...NONCE],
    ["4.0.3", "accepted"],
    ["4.1.0", "accepted"],
  ]);
});

Deno.test("judgeLibcrypto() refuses SM2 code that leaks on 64-bit ARM", () => {
  const old = "CVE-2025-9231";
  const young = "CVE-2026-54875";
  judgeAll("OpenSSL", "aarch64", [
    ["3.0.22", "warned", ...NONCE],
    ["3.0.23", "accepted"],
    ["3.1.8", "warned", ...NONCE],
    ["3.2.0", "refused", old, young],
    ["3.2.5", "refused", old, young],
    ["3.2.6", "refused", young],
    ["3.3.4", "refused", old, young],
    ["3.3.5", "refused", young],
    ["3.4.2", "refused", old, young],
    ["3.4.3", "refused", young],
    ["3.4.7", "refused", young],
    ["3.4.8", "accepted"],
    ["3.5.3", "refused", old, young],
    ["3.5.4", "refused", young],
    ["3.5.8", "refused", young],
    ["3.5.9", "accepted"],
    ["3.6.0", "refused", young],
    ["3.6.4", "refused", young],
    ["3.6.5", "accepted"],
    ["4.0.0", "refused", young],
    ["4.0.2", "refused", young],
    ["4.0.3", "accepted"],
  ]);
});

Deno.test("judgeLibcrypto() judges Tongsuo by its own version", () => {
  for (const arch of ["x86_64", "aarch64"] as const) {
    judgeAll("Tongsuo", arch, [
      ["7.9.9", "refused", "Tongsuo 7.9.9 is older than 8.0.0, the first with SM2"],
      ["8.2.0", "refused", "CVE-2021-3711"],
      ["8.2.1", "warned", ...NONCE],
      ["8.3.3", "warned", ...NONCE],
      ["8.4.0", "warned", ...NONCE],
      ["8.5.0", "warned", ...NONCE],
    ]);
  }
});

Deno.test("judgeLibcrypto() refuses what it does not know", () => {
  judgeAll("LibreSSL", "x86_64", [["3.9.2", "refused", none("LibreSSL 3.9.2")]]);
  judgeAll("BoringSSL", "x86_64", [["", "refused", none("BoringSSL ")]]);
  judgeAll("OpenSSL", "x86_64", [
    ["", "refused", none("OpenSSL ")],
    ["three", "refused", none("OpenSSL three")],
    ["5.0.0", "refused", "OpenSSL 5.0.0 is newer than this program, which knows OpenSSL up to 4.x"],
  ]);
});

Deno.test("judgeLibcrypto() says that a distribution's own fix cannot be seen", () => {
  const { reasons } = judgeLibcrypto({ name: "OpenSSL", version: "3.5.7", arch: "aarch64" });
  assert.match(reasons.join(), /fixed in OpenSSL 3\.5\.9; .*cannot be seen from the version/);
  const { reasons: old } = judgeLibcrypto({ name: "OpenSSL", version: "3.1.0", arch: "x86_64" });
  assert.match(old.join(), /no fix in this branch of OpenSSL/);
});

Deno.test("tongsuoVersion() reads what Tongsuo and BabaSSL return", () => {
  // What C makes of 8 << 28: a negative int, widened to an unsigned long.
  assert.equal(tongsuoVersion(0xffff_ffff_8050_0000n, 4), "8.5.0");
  assert.equal(tongsuoVersion(0xffff_ffff_8040_0010n, 4), "8.4.1");
  assert.equal(tongsuoVersion(0x8030_300fn, 12), "8.3.3");
  assert.equal(tongsuoVersion(0x8020_100fn, 12), "8.2.1");
});

function none(what: string): string {
  return `${what} is none of OpenSSL and Tongsuo`;
}
