import type { FormedEvent } from "../canonical_form.ts";
import type { ChainBreak } from "../chain/chain_break.ts";
import { readBreak } from "../chain/chain_break.ts";
import type { CheckpointRow, LinkRow } from "../chain/store.ts";
import type { AuditTables } from "../tables.ts";
import { ChainCheck, type ChainStart, type CheckTools, wholeFault } from "./chain_check.ts";
import type { Fault } from "./fault.ts";

/** What goes along links and checkpoints; a fault ends it. */
export type LinkCheck = Pick<ChainCheck, "checkLink" | "checkCheckpoint" | "links">;

type BreakRow = AuditTables["audit_break"];

/** Of faults that are named one by one. */
const FAULTS_MAX = 50;

/** The breaks that the platform signed, in their order; a forged one covers nothing. */
export async function signedBreaks(
  rows: readonly BreakRow[],
  isSigned: CheckTools["isSigned"],
): Promise<{ readonly breaks: readonly ChainBreak[]; readonly faults: readonly Fault[] }> {
  const breaks: ChainBreak[] = [];
  const faults: Fault[] = [];
  for (const row of rows) {
    const found = readBreak(row.body);
    const isGood = found !== null && found.number === row.number &&
      found.at.getTime() === row.at.getTime() && await isSigned(row, found.key);
    if (isGood) breaks.push(found);
    else faults.push(wholeFault("checkpoint_forged", `第 ${row.number} 号续链记录的签名不符`));
  }
  return { breaks, faults };
}

export function breakFault({ number, at, by, reason, found }: ChainBreak): Fault {
  const what = `第 ${number} 号续链，经手 ${by}，原因 ${reason}；当时的断点 ${found}`;
  return wholeFault("continued", what, { at });
}

/**
 * A check that names faults and goes on, as long as a signed break lies ahead of it: somebody
 * answered for them. A fault behind the last break ends it, as it ends any check.
 */
export class CoveredCheck {
  readonly #tools: CheckTools;
  readonly #ahead: ChainBreak[];
  readonly #faults: Fault[] = [];
  #unnamed = 0;
  #firstForeign: Fault | null = null;
  #check: ChainCheck;
  #earlierLinks = 0n;
  #earlierCheckpoints = 0;
  #earlierAnchored = 0;

  constructor(start: ChainStart, tools: CheckTools, breaks: readonly ChainBreak[]) {
    this.#tools = tools;
    this.#ahead = [...breaks];
    this.#check = new ChainCheck(start, tools);
  }

  /** As the chain stands where the check is: what is wrong before it was named. */
  get end(): ChainCheck {
    return this.#check;
  }

  get links(): bigint {
    return this.#earlierLinks + this.#check.links;
  }

  get checkpoints(): number {
    return this.#earlierCheckpoints + this.#check.checkpoints;
  }

  get anchored(): number {
    return this.#earlierAnchored + this.#check.anchored;
  }

  /** What was named on the way, the breaks among it. */
  get named(): readonly Fault[] {
    const more = wholeFault("unreadable", `另有 ${this.#unnamed} 处，没有逐一列出`);
    return this.#unnamed > 0 ? [...this.#faults, more] : this.#faults;
  }

  get firstForeign(): Fault | null {
    return this.#firstForeign ?? this.#check.firstForeign;
  }

  async checkLink(link: LinkRow, event: FormedEvent | null): Promise<Fault | null> {
    this.passBreaks(link.at);
    const fault = await this.#check.checkLink(link, event);
    if (!fault || this.#ahead.length === 0) return fault;
    this.#name(fault);
    this.#check.goOnFromLink(link);
    return null;
  }

  async checkCheckpoint(row: CheckpointRow): Promise<Fault | null> {
    this.passBreaks(row.at);
    const fault = await this.#check.checkCheckpoint(row);
    if (!fault || this.#ahead.length === 0) return fault;
    this.#name(fault);
    this.#check.goOnFromCheckpoint(row);
    return null;
  }

  /** Goes on behind every break that was made before an instant. */
  passBreaks(before: Date): void {
    for (let next = this.#ahead[0]; next && next.at < before; next = this.#ahead[0]) {
      this.#ahead.shift();
      const { firstForeign, links, checkpoints, anchored } = this.#check;
      this.#firstForeign ??= firstForeign;
      this.#name(breakFault(next));
      this.#earlierLinks += links;
      this.#earlierCheckpoints += checkpoints;
      this.#earlierAnchored += anchored;
      this.#check = new ChainCheck(next.start, this.#tools);
    }
  }

  #name(fault: Fault): void {
    if (this.#faults.length < FAULTS_MAX) this.#faults.push(fault);
    else this.#unnamed += 1;
  }
}
