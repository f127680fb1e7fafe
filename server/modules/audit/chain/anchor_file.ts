import { lineBatches } from "../verify/lines.ts";
import { type AnchorFile, readAnchorLine } from "./write_anchors.ts";

/** What is read from the end; a line has 110 bytes at most. */
const TAIL_BYTES = 4_096;

/**
 * Lines in a file that only grows. It belongs on a disk the database's administrators cannot write
 * to. One process writes it.
 */
export function openAnchorFile(path: string): AnchorFile {
  let last: bigint | null = null;
  return {
    lastNumber: async () => last ??= await readLastNumber(path),
    digests: () => readDigests(path),
    async append(lines) {
      const text = lines.map((line) => `${line}\n`).join("");
      using file = await Deno.open(path, { create: true, append: true });
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await file.sync();
      last = readAnchorLine(lines.at(-1) ?? "")?.number ?? last;
    },
  };
}

async function readDigests(path: string): Promise<ReadonlyMap<bigint, Uint8Array>> {
  const digests = new Map<bigint, Uint8Array>();
  try {
    using file = await Deno.open(path);
    for await (const lines of lineBatches(file.readable)) {
      for (const anchor of lines.map(readAnchorLine)) {
        if (anchor) digests.set(anchor.number, anchor.digest);
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
  return digests;
}

async function readLastNumber(path: string): Promise<bigint> {
  const text = await readTail(path);
  const numbers = text.split("\n").map((line) => readAnchorLine(line)?.number ?? 0n);
  return numbers.reduce((most, number) => number > most ? number : most, 0n);
}

async function readTail(path: string): Promise<string> {
  try {
    using file = await Deno.open(path);
    const { size } = await file.stat();
    await file.seek(Math.max(0, size - TAIL_BYTES), Deno.SeekMode.Start);
    return await new Response(file.readable).text();
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return "";
    throw thrown;
  }
}
