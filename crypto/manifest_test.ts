import assert from "node:assert/strict";
import { seededRandom } from "../tests/random.ts";
import { signWithKey } from "./certificates.ts";
import { checkFiles, createManifest, signManifest, verifyManifest } from "./manifest.ts";
import type { FoundFile } from "./manifest_check.ts";
import { readManifest } from "./manifest_text.ts";
import { generateKeyPair, sign } from "./sm2.ts";
import { Sm3, sm3 } from "./sm3.ts";

const pair = generateKeyPair();
const signer = signWithKey(pair.privateKey);
const META = { version: "1.2.3", platform: "linux-x64 发布" };
const FILES = ["bin/yikatong", "a", "a-b", "ab/c", "目录/文件", "Z"].map(fileOf);

Deno.test("createManifest() writes one text whatever order the files come in", () => {
  const text = createManifest(FILES, META);
  assert.deepEqual(createManifest(FILES.toReversed(), META), text);
  const expected = [
    "yikatong-manifest 1",
    "platform linux-x64 发布",
    "version 1.2.3",
    "files 6",
    ...["Z", "a", "a-b", "ab/c", "bin/yikatong", "目录/文件"].map((path) =>
      `${sm3(encode(path)).toHex()} ${encode(path).length} ${path}`
    ),
    "",
  ].join("\n");
  assert.equal(new TextDecoder().decode(text), expected);
});

Deno.test("verifyManifest() gives back what was signed", async () => {
  const signed = await signManifest(createManifest(FILES, META), signer);
  const verified = verifyManifest(signed, pair.publicKey);
  assert.equal(verified.kind, "signed");
  assert.ok(verified.kind === "signed");
  assert.deepEqual(verified.manifest.meta, META);
  assert.deepEqual(
    verified.manifest.files.map(({ path }) => path),
    ["Z", "a", "a-b", "ab/c", "bin/yikatong", "目录/文件"],
  );
  const empty = await signManifest(createManifest([], {}), signer);
  assert.deepEqual(verifyManifest(empty, pair.publicKey), {
    kind: "signed",
    manifest: { files: [], meta: {} },
  });
});

Deno.test("verifyManifest() refuses every changed bit and another key", async () => {
  const random = seededRandom(7);
  const signed = await signManifest(createManifest(FILES.slice(0, 1), META), signer);
  for (let at = 0; at < signed.length; at++) {
    const changed = signed.slice();
    changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    assert.notEqual(verifyManifest(changed, pair.publicKey).kind, "signed", `byte ${at}`);
  }
  const kind = verifyManifest(signed, generateKeyPair().publicKey).kind;
  assert.equal(kind, "wrong_signature");
  const more = new Uint8Array([...signed, 10]);
  assert.notEqual(verifyManifest(more, pair.publicKey).kind, "signed");
});

Deno.test("verifyManifest() calls a signed text that is no manifest malformed", () => {
  const { privateKey, publicKey } = pair;
  const text = encode("yikatong-manifest 1\nfiles 1\n");
  const line = encode(`sm2-signature ${sign(privateKey, text).toHex()}\n`);
  const verified = verifyManifest(new Uint8Array([...text, ...line]), publicKey);
  assert.deepEqual(verified, {
    kind: "malformed",
    reason: "Cannot read the manifest: expected as many files as it counts",
  });
  assert.equal(verifyManifest(new Uint8Array(0), publicKey).kind, "malformed");
});

Deno.test("createManifest() refuses paths that lead elsewhere or stand twice", () => {
  const paths = ["/etc/passwd", "../a", "a/../b", "a/..", ".", "./a", "a//b", "a/", "", "a\nb"];
  for (const path of [...paths, "C:/a", "a\\b", "a\u0000", "\ud800", "x".repeat(1025)]) {
    const refused = { name: "CryptoError", code: "invalid_argument" };
    assert.throws(() => createManifest([fileOf(path)], {}), refused, JSON.stringify(path));
  }
  assert.throws(() => createManifest([fileOf("a"), fileOf("a")], {}), /"a" stands twice/);
  assert.throws(() => createManifest([{ ...fileOf("a"), size: -1 }], {}), /size -1/);
  assert.throws(() => createManifest([{ ...fileOf("a"), sm3: new Uint8Array(31) }], {}), {
    code: "wrong_length",
  });
  for (const name of ["files", "Version", "", "a b", "__proto__"]) {
    assert.throws(() => createManifest([], { [name]: "1" }), { code: "invalid_argument" }, name);
  }
  for (const value of ["", "a\nb", "x".repeat(1025)]) {
    assert.throws(() => createManifest([], { version: value }), { code: "invalid_argument" });
  }
});

Deno.test("createManifest() refuses paths that another system reads otherwise", () => {
  const paths = [
    ...[
      "cafe\u0301",
      "a\u202eb",
      "a\u2066b",
      "a\u200bb",
      "a\u200eb",
      "\ufeffa",
      "a\u00adb",
      "a\u007fb",
    ],
    ...["a ", "a.", "a /b", "a./b", " a", "b/ a", "..."],
    ...[
      "con",
      "NUL",
      "a/aux.txt",
      "COM1",
      "lpt9.log",
      "com\u00b9",
      "CONIN$",
      "prn .txt",
      "Nul.tar.gz",
    ],
    ...["a<b", "a>b", 'a"b', "a|b", "a?b", "a*b", "a:b"],
    ...["x".repeat(256), "文".repeat(86)],
  ];
  for (const path of paths) {
    const refused = { name: "CryptoError", code: "invalid_argument" };
    assert.throws(() => createManifest([fileOf(path)], {}), refused, JSON.stringify(path));
  }
  const names = [
    "caf\u00e9",
    "console",
    "com10",
    "nul_",
    "a.b",
    ".a",
    "a b",
    "目录，一",
    "x".repeat(255),
  ];
  const { files } = readManifest(createManifest(names.map(fileOf), {}));
  assert.equal(files.length, names.length);
  assert.throws(() => createManifest([], { note: "a\u202eb" }), { code: "invalid_argument" });
});

Deno.test("createManifest() refuses two paths that are one on another system", () => {
  const pairs: [string, string][] = [
    ["a", "A"],
    ["bin/a", "BIN/A"],
    ["lib/a", "Lib/b"],
    ["straße", "STRASSE"],
    ["ẞ", "ß"],
    ["\u00e9", "\u00c9"],
    ["Σ", "ς"],
    ["K", "k"],
    ["a", "a/b"],
    ["a/b", "A/b/c"],
  ];
  for (const [one, other] of pairs) {
    for (const paths of [[one, other], [other, one]]) {
      const refused = { name: "CryptoError", code: "invalid_argument", message: /are one/ };
      assert.throws(() => createManifest(paths.map(fileOf), {}), refused, paths.join(" "));
    }
  }
  const hidden = "0".repeat(64);
  const text = ["yikatong-manifest 1", "files 2", `${hidden} 1 A`, `${hidden} 1 a`, ""].join("\n");
  assert.throws(() => readManifest(encode(text)), { code: "bad_encoding" });
  assert.equal(createManifest(["a/b", "a/c", "ab", "a-b"].map(fileOf), {}).length > 0, true);
});

Deno.test("signManifest() finds out that another key signed", async () => {
  const text = createManifest(FILES, META);
  const { publicKey } = generateKeyPair();
  await assert.rejects(signManifest(text, signer, publicKey), { code: "invalid_signature" });
  assert.ok(await signManifest(text, signer, pair.publicKey));
});

Deno.test("readManifest() takes only the one form of a manifest", () => {
  const good = new TextDecoder().decode(createManifest(FILES, META));
  const [first = "", second = "", third = "", ...rest] = good.trimEnd().split("\n");
  const bad = [
    good.trimEnd(),
    `${good}\n`,
    `\ufeff${good}`,
    good.replaceAll("\n", "\r\n"),
    good.replace("manifest 1", "manifest 2"),
    good.replace("files 6", "files 06"),
    good.replace("files 6", "files 5"),
    good.replace(/\b[0-9a-f]{64} /, (digest) => digest.toUpperCase()),
    good.replace("  ", " "),
    good.replace(" 1 a\n", " 01 a\n"),
    good.replace(" 1 a\n", " 1  a\n"),
    good.replace(" 1 a\n", " 9007199254740993 a\n"),
    good.replace(" 1 a\n", " 1 /a\n"),
    good.replace(" 1 a\n", " 1 a-b\n"),
    `${[first, third, second, ...rest].join("\n")}\n`,
    `${[first, second, second, third, ...rest].join("\n")}\n`,
    `${[first, second, third, ...rest.toReversed()].join("\n")}\n`,
  ].filter((text) => text !== good);
  assert.ok(bad.length >= 16);
  for (const text of bad) {
    assert.throws(() => readManifest(encode(text)), { code: "bad_encoding" }, text);
  }
  assert.throws(() => readManifest(Uint8Array.of(...encode(good), 0xff, 10)), {
    code: "bad_encoding",
  });
});

Deno.test("checkFiles() tells what is missing, changed and extra, reading no more than it must", async () => {
  const manifest = readManifest(createManifest(FILES, META));
  const read: string[] = [];
  const found = [
    foundOf("a", "a", read),
    foundOf("a-b", "a-B", read),
    foundOf("ab/c", "longer than ab/c", read),
    foundOf("Z", "Z", read),
    foundOf("stranger", "stranger", read),
  ];
  const differences = await checkFiles(manifest, each(found), () => new Sm3());
  assert.deepEqual(differences, {
    missing: ["bin/yikatong", "目录/文件"],
    changed: ["a-b", "ab/c"],
    extra: ["stranger"],
  });
  assert.deepEqual(read, ["a", "a-b", "Z"]);
  const all = FILES.map(({ path }) => foundOf(path, path, read));
  assert.deepEqual(await checkFiles(manifest, each(all), () => new Sm3()), {
    missing: [],
    changed: [],
    extra: [],
  });
});

function fileOf(path: string) {
  const content = encode(path);
  return { path, sm3: sm3(content), size: content.length };
}

function foundOf(path: string, text: string, read: string[]): FoundFile {
  const bytes = encode(text);
  return {
    path,
    size: bytes.length,
    content() {
      read.push(path);
      return each([...bytes].map((byte) => Uint8Array.of(byte)));
    },
  };
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item);
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
