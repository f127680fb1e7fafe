import { readBreak } from "../chain/chain_break.ts";
import { listBreaks } from "../chain/store.ts";
import { ChainCheck, type CheckTools, wholeFault } from "./chain_check.ts";
import type { ChainPart } from "./chain_part.ts";
import { breakFault } from "./covered_check.ts";
import type { Fault } from "./fault.ts";
import { goAlong, type Walk } from "./go_along.ts";
import type { EarlierParts } from "./report.ts";

interface BrokenWalk extends Omit<Walk, "check"> {
  readonly tools: CheckTools;
}

/**
 * Checks what lies before each break that the platform signed, and names the break itself: it is
 * never whole again. `part` is what is left behind the last one.
 */
export async function goAlongBroken(
  { tools, ...walk }: BrokenWalk,
  whole: ChainPart,
): Promise<EarlierParts & { readonly part: ChainPart }> {
  const faults: Fault[] = [];
  const sum = { links: 0n, checkpoints: 0, anchored: 0 };
  let part = whole;
  let expected: bigint | null = null;
  for (const row of await listBreaks(walk.db)) {
    if (expected !== null && row.number !== expected) {
      faults.push(wholeFault("deleted", `第 ${expected} 号续链记录不见了`));
    }
    expected = row.number + 1n;
    if (row.at <= whole.after || row.at > whole.to) continue;
    const found = readBreak(row.body);
    const isGood = found !== null && found.number === row.number &&
      found.at.getTime() === row.at.getTime() && await tools.isSigned(row, found.key);
    if (!isGood) {
      faults.push(wholeFault("checkpoint_forged", `第 ${row.number} 号续链记录的签名不符`));
      continue;
    }
    const check = new ChainCheck(part.start, tools);
    const before = { ...part, to: new Date(row.at.getTime() - 1) };
    const fault = await goAlong({ ...walk, check }, before);
    if (fault !== null && fault !== "stopped") faults.push(fault);
    faults.push(...(check.firstForeign ? [check.firstForeign] : []), breakFault(found));
    sum.links += check.links;
    sum.checkpoints += check.checkpoints;
    sum.anchored += check.anchored;
    part = { ...part, start: found.start, after: row.at };
  }
  return { faults, ...sum, part };
}
