import assert from "node:assert/strict";
import { BasicConstraints } from "pkijs";
import { readExtensions } from "./certificate_extensions.ts";
import { DerTag, readDer, writeDer, writeOid } from "./der.ts";

const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const TRUE = Uint8Array.of(0x01, 0x01, 0xff);

function extension(oid: string, value: string, critical: Uint8Array | null = TRUE): Uint8Array {
  const parts = [writeOid(oid), ...critical ? [critical] : []];
  return writeDer(
    DerTag.sequence,
    ...parts,
    writeDer(DerTag.octetString, Uint8Array.fromHex(value)),
  );
}

function read(...extensions: Uint8Array[]) {
  return readExtensions(readDer(writeDer(DerTag.sequence, ...extensions)));
}

Deno.test("readExtensions() without extensions says nothing", () => {
  const { authority, usages, extendedUsages, subjectKeyId, authorityKeyId, ...rest } =
    readExtensions();
  assert.deepEqual(
    [authority, usages, extendedUsages, subjectKeyId, authorityKeyId],
    [null, null, null, null, null],
  );
  assert.deepEqual(rest, {
    ...{ dnsNames: [], ipAddresses: [], unknownCritical: [] },
    hasNameConstraints: false,
  });
});

Deno.test("readExtensions() reads basic constraints and nothing looser, as PKI.js would", () => {
  assert.deepEqual(read(extension(BASIC_CONSTRAINTS, "3000")).authority, null);
  assert.deepEqual(read(extension(BASIC_CONSTRAINTS, "30030101ff")).authority, {
    pathLength: null,
  });
  assert.deepEqual(read(extension(BASIC_CONSTRAINTS, "30060101ff020103")).authority, {
    pathLength: 3,
  });
  assert.deepEqual(read(extension(BASIC_CONSTRAINTS, "3003010100")).authority, null);
  for (
    const value of [
      "30060101ff0201ff", // a path length of -1
      "30090101ff020103020105", // two of them
      "30800101ff0000", // a length that is no DER
      "30030101ff00", // a byte behind the end
      "3003010101", // TRUE that is not ff
      "30040102ffff", // TRUE of two bytes
    ]
  ) {
    const wrong = extension(BASIC_CONSTRAINTS, value);
    assert.throws(() => read(wrong), { code: "bad_encoding" }, value);
    // The reason why it is not the one that reads: if this fails one day, it could.
    assert.ok(BasicConstraints.fromBER(Uint8Array.fromHex(value)));
  }
  for (
    const value of [
      "3003020103",
      "0101ff",
      "30060101000201ff",
      "3006010100020103",
      "30070101ff02020100",
    ]
  ) {
    const wrong = extension(BASIC_CONSTRAINTS, value);
    assert.throws(() => read(wrong), { code: "bad_encoding" }, value);
  }
});

Deno.test("readExtensions() reads key usages, whole bytes too", () => {
  const usages = (value: string) => [...read(extension(KEY_USAGE, value)).usages ?? []];
  assert.deepEqual(usages("03020780"), ["digital_signature"]);
  assert.deepEqual(usages("03020106"), ["certificate_sign", "crl_sign"]);
  assert.deepEqual(usages("0303070080"), ["decipher_only"]);
  assert.deepEqual(usages("030200ff").length, 8);
  assert.deepEqual(usages("030200c0"), ["digital_signature", "non_repudiation"]);
  for (
    const value of ["03020881", "03020781", "030403000000", "030101", "0300", "04020780"]
  ) {
    assert.throws(() => usages(value), { code: "bad_encoding" }, value);
  }
});

Deno.test("readExtensions() lists what is critical and unknown, and takes each once", () => {
  const known = read(
    extension("1.2.3", "0500"),
    extension("1.2.4", "00ff", null),
    extension("2.5.29.30", "3000"),
  );
  assert.deepEqual(known.unknownCritical, ["1.2.3", "2.5.29.30"]);
  const twice = extension("1.2.3", "0500", null);
  assert.throws(() => read(twice, twice), { code: "bad_encoding" });
  const written = extension("1.2.3", "0500", Uint8Array.of(0x01, 0x01, 0x00));
  assert.deepEqual(read(written).unknownCritical, []);
  const odd = extension("1.2.3", "0500", Uint8Array.of(0x01, 0x01, 0x01));
  assert.throws(() => read(odd), { code: "bad_encoding" });
});

Deno.test("readExtensions() reads names and key identifiers, and passes over other kinds", () => {
  const names = "3015" + "8204686f7374" + "870401020304" + "8701" + "00" + "8100" + "8200";
  assert.throws(() => read(extension("2.5.29.17", names)), { code: "bad_encoding" });
  const fine = "300e" + "8204686f7374" + "870401020304" + "8100";
  assert.deepEqual(read(extension("2.5.29.17", fine)).dnsNames, ["host"]);
  assert.deepEqual(read(extension("2.5.29.17", fine)).ipAddresses, ["1.2.3.4"]);
  assert.deepEqual(read(extension("2.5.29.14", "0402beef")).subjectKeyId?.toHex(), "beef");
  assert.deepEqual(read(extension("2.5.29.35", "30048002beef")).authorityKeyId?.toHex(), "beef");
  assert.deepEqual(read(extension("2.5.29.35", "3000")).authorityKeyId, null);
  assert.throws(() => read(extension("2.5.29.14", "0400")), { code: "bad_encoding" });
  assert.throws(() => read(extension("2.5.29.17", "31068204686f7374")), { code: "bad_encoding" });
  assert.throws(() => read(extension("2.5.29.37", "300302010a")), { code: "bad_encoding" });
});
