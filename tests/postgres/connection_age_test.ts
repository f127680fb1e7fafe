import assert from "node:assert/strict";
import { sql } from "kysely";
import { openServerDatabase } from "../../server/platform/db.ts";
import { startPostgresServer } from "../postgres_server.ts";

/** Beyond every wait of ours: only a limit on a connection's whole age is set so far ahead. */
const AGE_MS_MIN = 10 * 60_000;

/** Collects the timers that end old connections, so that a test can let them run out at will. */
class AgeTimers implements Disposable {
  readonly #setTimeout = globalThis.setTimeout;
  readonly #runOut: (() => void)[] = [];

  constructor() {
    const runOut = this.#runOut;
    globalThis.setTimeout = new Proxy(this.#setTimeout, {
      apply(target, self, args) {
        const [run, waitMs, ...rest] = args;
        if (waitMs >= AGE_MS_MIN) runOut.push(() => run(...rest));
        return Reflect.apply(target, self, args);
      },
    });
  }

  runOut(): void {
    for (const run of this.#runOut) run();
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#setTimeout;
  }
}

// postgres.js ends connections of 30 to 60 minutes, knows nothing of a transaction on them, and
// runs what comes next on a fresh one: half a transaction would be committed (3.4.9).
Deno.test("a transaction is whole on a connection of any age", async () => {
  await using server = await startPostgresServer();
  using timers = new AgeTimers();
  const db = openServerDatabase<unknown>({ url: `${server.url}/postgres`, poolSize: 1 });
  try {
    await sql`create table seen (n bigint not null)`.execute(db);
    await db.transaction().execute(async (tx) => {
      await sql`insert into seen values (1)`.execute(tx);
      timers.runOut();
      await sql`insert into seen values (2)`.execute(tx);
    });
    const { rows } = await sql`select n from seen order by n`.execute(db);
    assert.deepEqual(rows, [{ n: 1n }, { n: 2n }]);
  } finally {
    await db.destroy();
  }
});
