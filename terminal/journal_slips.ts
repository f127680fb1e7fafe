import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../server/platform/clock.ts";
import type { PrintReply, Slip } from "./contract.ts";

/** One try at a slip: what an argument about paper is settled with. */
export interface PrintedSlip {
  readonly orderId: string;
  readonly slip: Slip;
  readonly result: "printed" | Extract<PrintReply, { kind: "not_printed" }>["reason"];
  readonly at: Date;
}

/** Which slips came out, and which did not; what stood on them the platform knows. */
export class JournalSlips {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  keep(orderId: string, slip: Slip, reply: PrintReply): void {
    const result = reply.kind === "printed" ? reply.kind : reply.reason;
    this.#database.prepare(
      "INSERT INTO printed_slip (order_id, slip, result, at_ms) VALUES (?, ?, ?, ?)",
    ).run(orderId, slip, result, this.#clock.now().getTime());
  }

  /** Oldest first. */
  of(orderId: string): PrintedSlip[] {
    return this.#database.prepare(
      "SELECT slip, result, at_ms FROM printed_slip WHERE order_id = ? ORDER BY id",
    ).all(orderId).map((row) => ({
      orderId,
      slip: readSlip(row.slip),
      result: readResult(row.result),
      at: new Date(Number(row.at_ms)),
    }));
  }
}

const SLIPS: readonly Slip[] = ["receipt", "pending", "returned"];
const RESULTS: readonly PrintedSlip["result"][] = [
  "printed",
  "paper_out",
  "cover_open",
  "offline",
  "error",
];

function readSlip(value: unknown): Slip {
  return readOne(SLIPS, value);
}

function readResult(value: unknown): PrintedSlip["result"] {
  return readOne(RESULTS, value);
}

function readOne<Word extends string>(words: readonly Word[], value: unknown): Word {
  const known = words.find((word) => word === value);
  if (known === undefined) throw new Error(`Cannot read "${value}" of a printed slip`);
  return known;
}
