import type { Clause } from "./clause.ts";
import { CENTRE } from "./clauses/centre.ts";
import { COMPUTING } from "./clauses/computing.ts";
import { SURROUNDINGS } from "./clauses/surroundings.ts";
import type { PackProfile } from "./contract.ts";

/** The clauses a pack answers, in the order of its index. */
export const CLAUSES: Readonly<Record<PackProfile, readonly Clause[]>> = {
  mlps3: [...COMPUTING, ...CENTRE, ...SURROUNDINGS],
};
