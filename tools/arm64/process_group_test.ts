import assert from "node:assert/strict";
import { startGroup } from "./process_group.ts";

const TRIES_MAX = 500;
const EVERY_MS = 10;

Deno.test("startGroup() leaves nothing of what was started when it is told to end", async () => {
  const end = new AbortController();
  await using group = startOne(end.signal);
  const pid = await pidOfChild(group.child);
  end.abort();
  assert.ok(await isGone(pid), `${pid} lives on`);
});

Deno.test("startGroup() ends all of it with its owner", async () => {
  let pid = 0;
  {
    await using group = startOne(new AbortController().signal);
    pid = await pidOfChild(group.child);
  }
  assert.ok(await isGone(pid), `${pid} lives on`);
});

/** Its child would outlive it. */
function startOne(signal: AbortSignal) {
  return startGroup({ command: ["sh", "-c", "sleep 600 & echo $!; wait"], cwd: "/", signal });
}

async function pidOfChild({ stdout }: Deno.ChildProcess): Promise<number> {
  const reader = stdout.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return Number(new TextDecoder().decode(value));
}

/** Also one that nobody has waited for yet. */
async function isGone(pid: number): Promise<boolean> {
  for (let tried = 0; tried < TRIES_MAX; tried++) {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => null);
    if (stat === null || / Z /.test(stat)) return true;
    await new Promise((resume) => setTimeout(resume, EVERY_MS));
  }
  return false;
}
