/** What patients were shown; whatever happens later, it has to be true. */
export interface Told {
  readonly completed: Set<string>;
  /** Refunds of which the terminal said that the money is back. */
  readonly returned: Set<string>;
  phonePays: number;
  /** Sales signed by a pad, of which the platform was told at least once. */
  cardsPresented: number;
  /** Times that a pad was brought new work keys. */
  padKeysBrought: number;
  refundsAsked: number;
  dischargesAsked: number;
  /** Patients who could not even begin. */
  notBegun: number;
}

export function newTold(): Told {
  return {
    completed: new Set(),
    returned: new Set(),
    phonePays: 0,
    cardsPresented: 0,
    padKeysBrought: 0,
    refundsAsked: 0,
    dischargesAsked: 0,
    notBegun: 0,
  };
}
