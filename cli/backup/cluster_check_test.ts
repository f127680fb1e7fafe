import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { concatBytes } from "../../crypto/bytes.ts";
import { ClusterCheck } from "./cluster_check.ts";

const encoder = new TextEncoder();
const BLOCK = 512;

/** A regular file as ustar has it, with what fills its last block. */
function entry(name: string, content: string): Uint8Array {
  const body = encoder.encode(content);
  const header = new Uint8Array(BLOCK);
  header.set(encoder.encode(name));
  header.set(encoder.encode(body.length.toString(8).padStart(11, "0")), 124);
  header.set(encoder.encode("0"), 156);
  const padding = new Uint8Array((BLOCK - body.length % BLOCK) % BLOCK);
  return concatBytes(header, body, padding);
}

const END = new Uint8Array(2 * BLOCK);

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function listOf(files: Readonly<Record<string, string>>): string {
  const rows = Object.entries(files).map(([Path, content]) => ({
    Path,
    Size: encoder.encode(content).length,
    "Checksum-Algorithm": "SHA256",
    Checksum: sha256(content),
  }));
  const ranges = [{ Timeline: 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000100" }];
  const start = JSON.stringify({ Files: rows, "WAL-Ranges": ranges }).slice(0, -1);
  const text = `${start},\n`;
  return `${text}"Manifest-Checksum": "${sha256(text)}"}\n`;
}

const FILES = { "PG_VERSION": "15\n", "base/1/1": "x".repeat(1_500), "empty": "" };

function tarOf(files: Readonly<Record<string, string>>, list = listOf(FILES)): Uint8Array {
  const entries = Object.entries(files).map(([name, content]) => entry(name, content));
  const wal = entry("pg_wal/000000010000000000000002", "no list has it");
  return concatBytes(...entries, wal, entry("backup_manifest", list), END);
}

/** In pieces of that many bytes, as a pipe cuts them. */
function check(tar: Uint8Array, pieceBytes = 700) {
  const checking = new ClusterCheck();
  for (let at = 0; at < tar.length; at += pieceBytes) {
    checking.add(tar.subarray(at, at + pieceBytes));
  }
  return checking.finish();
}

Deno.test("ClusterCheck finds each file as the list has it, however the stream is cut", () => {
  for (const pieceBytes of [1, 511, 512, 513, 100_000]) {
    assert.deepEqual(
      check(tarOf(FILES), pieceBytes),
      { files: 3, timeline: 1, start: "0/2000028", end: "0/2000100" },
    );
  }
});

Deno.test("ClusterCheck names what differs, is missing, is too much", () => {
  assert.throws(() => check(tarOf({ ...FILES, "base/1/1": "y".repeat(1_500) })), /"base\/1\/1" 与/);
  assert.throws(() => check(tarOf({ ...FILES, "base/1/1": "x" })), /"base\/1\/1" 与/);
  assert.throws(() => check(tarOf({ "PG_VERSION": "15\n", "empty": "" })), /缺少 "base\/1\/1"/);
  assert.throws(() => check(tarOf({ ...FILES, "added": "" })), /清单上没有的文件 "added"/);
});

Deno.test("ClusterCheck takes no list that was changed, none that is missing, and no half a tar", () => {
  const changed = listOf(FILES).replace(/"Size":3/, '"Size":4');
  assert.throws(() => check(tarOf(FILES, changed)), /清单（backup_manifest）校验不符/);
  assert.throws(() => check(tarOf(FILES, "{}")), /校验不符/);
  const whole = tarOf(FILES);
  assert.throws(() => check(whole.subarray(0, 900)), /不完整：在中间断了/);
  assert.throws(() => check(whole.subarray(0, -2 * BLOCK)), /不完整：在中间断了/);
  assert.throws(() => check(concatBytes(entry("a", "b"), END)), /没有清单/);
  assert.throws(() => check(concatBytes(END, entry("a", "b"))), /结尾之后还有内容/);
});
