import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type CliFolder, openCliFolder } from "../cli.ts";
import { seededRandom } from "../random.ts";

/** Memory must not grow with the file: what holds for 1 GB here is what 10 GB run through. */

const GROWTH_KB_MAX = 50_000;
const BLOCKS = 1_000;
/** Signing and verifying take the same way as digesting, and then one number. */
const SIGNED_BLOCKS = 250;
const STILL_POLLS = 4;
const POLL_MS = 100;
const POLLS_MAX = 300;
const random = seededRandom(1);
const BLOCK = new Uint8Array(1 << 20).map(() => Math.floor(random() * 256));

Deno.test("1 GB goes through encrypt and decrypt unchanged, within 50 MB over idle", async () => {
  await using folder = await openWithKey();
  const encrypting = folder.start(["sm", "encrypt", "--public", "public.pem"]);
  const decrypting = folder.start(["sm", "decrypt", "--key", "key.pem"]);
  const reading = countBlocks(decrypting.stdout);
  const passing = encrypting.stdout.pipeTo(decrypting.stdin, { preventClose: true });
  const writer = encrypting.stdin.getWriter();
  await writer.write(BLOCK);
  const idle = await Promise.all([idleKb(encrypting), idleKb(decrypting)]);
  for (let block = 1; block < BLOCKS; block++) await writer.write(BLOCK);
  const encryptPeakKb = await peakKb(encrypting);
  await writer.close();
  await passing;
  const decryptPeakKb = await peakKb(decrypting);
  await decrypting.stdin.close();
  assert.equal(await reading, BLOCKS);
  await succeeds(encrypting);
  await succeeds(decrypting);
  assertLevel("encrypt", { idle: idle[0], peak: encryptPeakKb });
  assertLevel("decrypt", { idle: idle[1], peak: decryptPeakKb });
});

Deno.test("1 GB is digested as by openssl, within 50 MB over idle", async () => {
  await using folder = await openCliFolder();
  const openssl = new Deno.Command("openssl", {
    args: ["dgst", "-sm3", "-r"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const digesting = folder.start(["sm", "digest"]);
  const [ours, theirs] = await Promise.all([
    runLevel("digest", digesting, BLOCKS),
    new Response(openssl.stdout).text(),
    feedAll(openssl.stdin, BLOCKS),
    openssl.stderr.cancel(),
  ]);
  assert.equal(ours.slice(0, 64), theirs.slice(0, 64));
});

Deno.test("a large file is signed and verified within 50 MB over idle", async () => {
  await using folder = await openWithKey();
  const sign = ["sm", "sign", "--key", "key.pem", "--out", "signature"];
  await runLevel("sign", folder.start(sign), SIGNED_BLOCKS);
  const verify = ["sm", "verify", "--public", "public.pem", "--signature", "signature"];
  const said = await runLevel("verify", folder.start(verify), SIGNED_BLOCKS);
  assert.equal(said, "签名正确\n");
});

async function openWithKey(): Promise<CliFolder> {
  const folder = await openCliFolder();
  const { code, stderr } = await folder.run(
    ["key", "generate", "--no-password", "--out", "key.pem", "--public-out", "public.pem"],
  );
  assert.equal(code, 0, stderr);
  return folder;
}

/** What the command printed; `what` is for the message. */
async function runLevel(what: string, child: Deno.ChildProcess, blocks: number): Promise<string> {
  const printing = new Response(child.stdout).text();
  const level = await feed(child, blocks);
  const printed = await printing;
  await succeeds(child);
  assertLevel(what, level);
  return printed;
}

interface Level {
  readonly idle: number;
  readonly peak: number;
}

/**
 * The first block proves that the command has started, since a pipe holds less than one; the peak
 * is asked for before the input ends, while the process is there.
 */
async function feed(child: Deno.ChildProcess, blocks: number): Promise<Level> {
  const writer = child.stdin.getWriter();
  await writer.write(BLOCK);
  const idle = await idleKb(child);
  for (let block = 1; block < blocks; block++) await writer.write(BLOCK);
  const peak = await peakKb(child);
  await writer.close();
  return { idle, peak };
}

async function feedAll(input: WritableStream<Uint8Array>, blocks: number): Promise<void> {
  const writer = input.getWriter();
  for (let block = 0; block < blocks; block++) await writer.write(BLOCK);
  await writer.close();
}

/** How many blocks came back, each compared with what was sent. */
async function countBlocks(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<number> {
  let total = 0;
  for await (const piece of stream) {
    for (let at = 0; at < piece.length;) {
      const offset = total % BLOCK.length;
      const length = Math.min(piece.length - at, BLOCK.length - offset);
      const isSame = Buffer.compare(
        piece.subarray(at, at + length),
        BLOCK.subarray(offset, offset + length),
      ) === 0;
      assert.ok(isSame, `byte ${total} and on`);
      at += length;
      total += length;
    }
  }
  return total / BLOCK.length;
}

async function succeeds(child: Deno.ChildProcess): Promise<void> {
  const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assert.equal(code, 0, stderr);
}

function assertLevel(what: string, { idle, peak }: Level): void {
  const grown = peak - idle;
  assert.ok(grown <= GROWTH_KB_MAX, `${what}: ${idle} kB idle, ${peak} kB at most`);
}

/** Resident memory once the command waits for input and its processor time stands still. */
async function idleKb(child: Deno.ChildProcess): Promise<number> {
  let last = "";
  let still = 0;
  for (let poll = 0; poll < POLLS_MAX; poll++) {
    const stat = await Deno.readTextFile(`/proc/${child.pid}/stat`);
    const [state, ...numbers] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // utime and stime of proc(5), fields 14 and 15.
    const times = numbers.slice(10, 12).join(" ");
    still = state === "S" && times === last ? still + 1 : 0;
    last = times;
    if (still === STILL_POLLS) return await memoryKb(child, "VmRSS");
    await new Promise((resume) => setTimeout(resume, POLL_MS));
  }
  throw new Error("The command does not come to rest");
}

async function peakKb(child: Deno.ChildProcess): Promise<number> {
  return await memoryKb(child, "VmHWM");
}

async function memoryKb(child: Deno.ChildProcess, name: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
  const kb = Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]);
  assert.ok(kb > 0);
  return kb;
}
