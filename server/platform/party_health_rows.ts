import type { Kysely, QueryCreator, Transaction } from "kysely";
import type { CircuitState } from "./circuit.ts";
import type { Clock } from "./clock.ts";
import type { PartyHealth, PartyHealthBook } from "./party_health.ts";
import { insertIfAbsent } from "./upsert.ts";

export interface PartyHealthTables {
  party_health: {
    process: string;
    party: string;
    calls: number;
    answered: number;
    not_sent: number;
    lost: number;
    mean_ms: number;
    max_ms: number;
    circuit: CircuitState;
    seen_at: Date;
  };
}

type Row = PartyHealthTables["party_health"];

/** A process that has not written for so long is gone. */
const GONE_MS = 60_000;
const FORGOTTEN_MS = 3_600_000;
const ROWS_MAX = 500;

export interface ShareHealthDeps {
  readonly db: Kysely<PartyHealthTables>;
  readonly clock: Clock;
  readonly health: PartyHealthBook;
  /** Names this process among those on the database. */
  readonly process: string;
}

/** Writes down what this process saw, and forgets processes that are long gone. */
export async function sharePartyHealth(deps: ShareHealthDeps): Promise<void> {
  const now = deps.clock.now();
  const seen = deps.health.list(now.getTime());
  await deps.db.transaction().execute(async (tx) => {
    for (const health of seen) await write(tx, rowOf(health, { process: deps.process, now }));
    await tx.deleteFrom("party_health")
      .where("seen_at", "<", new Date(now.getTime() - FORGOTTEN_MS)).execute();
  });
}

async function write(tx: Transaction<PartyHealthTables>, row: Row): Promise<void> {
  if (await insertIfAbsent(tx, "party_health", row, ["process", "party"])) return;
  const { process, party, ...values } = row;
  await tx.updateTable("party_health").set(values)
    .where("process", "=", process).where("party", "=", party).execute();
}

/** Of processes that are alive. */
export async function selectPartyHealth(
  db: QueryCreator<PartyHealthTables>,
  now: Date,
): Promise<Row[]> {
  return await db.selectFrom("party_health").selectAll()
    .where("seen_at", ">=", new Date(now.getTime() - GONE_MS))
    .orderBy("party").orderBy("process").limit(ROWS_MAX).execute();
}

function rowOf(
  { party, calls, answered, notSent, lost, meanMs, maxMs, circuit }: PartyHealth,
  { process, now }: { readonly process: string; readonly now: Date },
): Row {
  return {
    process,
    party,
    calls,
    answered,
    not_sent: notSent,
    lost,
    mean_ms: meanMs,
    max_ms: Math.round(maxMs),
    circuit,
    seen_at: now,
  };
}
