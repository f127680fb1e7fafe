/** What patients were shown; whatever happens later, it has to be true. */
export interface Told {
  readonly completed: Set<string>;
  /** Refunds of which the terminal said that the money is back. */
  readonly returned: Set<string>;
  phonePays: number;
  refundsAsked: number;
  /** Patients who could not even begin. */
  notBegun: number;
}

export function newTold(): Told {
  return {
    completed: new Set(),
    returned: new Set(),
    phonePays: 0,
    refundsAsked: 0,
    notBegun: 0,
  };
}
