import type { Clock } from "../../../platform/clock.ts";
import type { Rights } from "../caller.ts";

/** What an account may do when it comes from `address`; a grant's end in time counts. */
export type FindRights = (
  ask: { readonly accountId: string; readonly address: string | null; readonly at: Date },
) => Promise<Rights>;

interface Known {
  readonly rights: Rights;
  readonly untilMs: number;
}

const ENTRIES_MAX = 2_000;
/** A grant that ends by the clock changes no version: so late at most it is seen. */
const KNOWN_MS_MAX = 10_000;

/** Effective rights by account, version of its rights and address; of one process. */
export class RightsCache {
  readonly #find: FindRights;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();

  constructor(deps: { readonly findRights: FindRights; readonly clock: Clock }) {
    this.#find = deps.findRights;
    this.#clock = deps.clock;
  }

  async get(
    account: { readonly id: string; readonly rightsVersion: bigint },
    address: string | null,
  ): Promise<Rights> {
    const key = `${account.id} ${account.rightsVersion} ${address ?? ""}`;
    const at = this.#clock.now();
    const known = this.#known.get(key);
    if (known && at.getTime() < known.untilMs) return known.rights;
    const rights = await this.#find({ accountId: account.id, address, at });
    if (this.#known.size >= ENTRIES_MAX) this.#dropOldest();
    this.#known.delete(key);
    this.#known.set(key, { rights, untilMs: at.getTime() + KNOWN_MS_MAX });
    return rights;
  }

  #dropOldest(): void {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
