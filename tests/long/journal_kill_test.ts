import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { Journal } from "../../terminal/journal.ts";
import { seededRandom } from "../random.ts";

/**
 * Power cuts, as far as a test can make them: the writing process is killed in the middle, many
 * times on one file. Whatever it had said was kept must be there, in one piece.
 */
const KILLS = 15;
const LINES_BEFORE_KILL_MAX = 400;
const WRITER = new URL("journal_writer.ts", import.meta.url);

Deno.test("Journal: killed in the middle of writes it is whole and has all it acknowledged", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/journal.sqlite`;
    const random = seededRandom(10);
    let generation = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const lines = 1 + Math.floor(random() * LINES_BEFORE_KILL_MAX);
      const said = await writeAndKill(path, lines);
      generation = assertKept(path, said, generation);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

interface Said {
  readonly orders: string[];
  readonly events: number[];
  readonly slips: string[];
  readonly finals: string[];
  readonly generations: number[];
}

async function writeAndKill(path: string, lines: number): Promise<Said> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", WRITER.pathname, path],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  const decoder = new TextDecoder();
  let isKilled = false;
  for await (const piece of child.stdout) {
    text += decoder.decode(piece, { stream: true });
    if (isKilled || text.split("\n").length <= lines) continue;
    child.kill("SIGKILL");
    isKilled = true;
  }
  assert.equal((await child.status).signal, "SIGKILL");
  return readSaid(text);
}

/** The last line may be cut. */
function readSaid(text: string): Said {
  const said: Said = { orders: [], events: [], slips: [], finals: [], generations: [] };
  for (const line of text.split("\n").slice(0, -1)) {
    const [what = "", id = ""] = line.split(" ");
    if (what === "order") said.orders.push(id);
    else if (what === "event") said.events.push(Number(id));
    else if (what === "slip") said.slips.push(id);
    else if (what === "final") said.finals.push(id);
    else if (what === "generation") said.generations.push(Number(id));
  }
  assert.ok(said.orders.length > 0);
  return said;
}

function assertKept(path: string, said: Said, generationBefore: number): number {
  const database = new DatabaseSync(path);
  const check = database.prepare("PRAGMA integrity_check").get();
  const { first, last, kept } = database.prepare(
    "SELECT min(number) AS first, max(number) AS last, count(*) AS kept FROM terminal_event",
  ).get() ?? {};
  const numbers = new Set(
    database.prepare("SELECT number FROM terminal_event").all().map(({ number }) => Number(number)),
  );
  database.close();
  assert.equal(check?.integrity_check, "ok");
  assert.equal(Number(last) - Number(first) + 1, Number(kept), "no number is missing");

  using journal = new Journal(path, SYSTEM_CLOCK);
  assert.deepEqual(said.events.filter((number) => !numbers.has(number)), []);
  assert.deepEqual(said.orders.filter((id) => !journal.findOrder(id)), []);
  assert.deepEqual(said.finals.filter((id) => journal.findOrder(id)?.progress !== "final"), []);
  assert.deepEqual(said.slips.filter((id) => journal.slips.of(id).length !== 1), []);
  const generation = journal.line.nextGeneration();
  assert.ok(generation > Math.max(generationBefore, ...said.generations), "never one twice");
  return generation;
}
