import assert from "node:assert/strict";
import { ROOT } from "../../tools/source_files.ts";
import type { Belongings } from "../serial/open_and_close.ts";

interface Counts {
  readonly before: Belongings;
  readonly after: Belongings;
}

/**
 * The runtime's pool of blocking threads grows and shrinks by a dozen with the machine's load. A thread
 * lost in even one of three rounds would be 100.
 */
const THREADS_MORE_MAX = 50;
const MS_MAX = 60_000;

Deno.test("300 ports opened, used and lost leave no descriptor and no thread behind", async () => {
  const { before, after } = await openAndClose();
  assert.equal(after.descriptors, before.descriptors);
  assert.ok(
    after.threads <= before.threads + THREADS_MORE_MAX,
    `${before.threads} threads became ${after.threads}`,
  );
});

async function openAndClose(): Promise<Counts> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "tests/serial/open_and_close.ts"],
    cwd: ROOT,
    signal: AbortSignal.timeout(MS_MAX),
  }).output();
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout);
  assert.ok(said.startsWith("{"), decoder.decode(stderr));
  return JSON.parse(said);
}
