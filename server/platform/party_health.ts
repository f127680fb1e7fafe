import type { CircuitState } from "./circuit.ts";

/** What became of the calls to one party in the last minutes, as one process saw it. */
export interface PartyHealth {
  readonly party: string;
  readonly calls: number;
  readonly answered: number;
  readonly notSent: number;
  readonly lost: number;
  readonly meanMs: number;
  readonly maxMs: number;
  readonly circuit: CircuitState;
}

interface Minute {
  readonly minute: number;
  answered: number;
  notSent: number;
  lost: number;
  sumMs: number;
  maxMs: number;
}

const MINUTES = 10;
const MINUTE_MS = 60_000;

/** Counts of the last {@link MINUTES} minutes by party; bounded by how many parties there are. */
export class PartyHealthBook {
  readonly #minutes = new Map<string, Minute[]>();
  readonly #circuits = new Map<string, (now: number) => CircuitState>();

  /** From now on it is listed, with calls or without. */
  add(party: string, circuit: (now: number) => CircuitState): void {
    this.#circuits.set(party, circuit);
  }

  note(
    party: string,
    { kind, tookMs, now }: { readonly kind: string; readonly tookMs: number; readonly now: number },
  ): void {
    const minute = this.#minuteOf(party, Math.floor(now / MINUTE_MS));
    if (kind === "answered") minute.answered++;
    else if (kind === "not_sent") minute.notSent++;
    else minute.lost++;
    minute.sumMs += tookMs;
    minute.maxMs = Math.max(minute.maxMs, tookMs);
  }

  list(now: number): PartyHealth[] {
    const since = Math.floor(now / MINUTE_MS) - MINUTES;
    return [...this.#circuits].map(([party, circuit]) => {
      const minutes = (this.#minutes.get(party) ?? []).filter(({ minute }) => minute > since);
      const sum = (of: (minute: Minute) => number) =>
        minutes.reduce((total, minute) => total + of(minute), 0);
      const calls = sum(({ answered, notSent, lost }) => answered + notSent + lost);
      return {
        party,
        calls,
        answered: sum(({ answered }) => answered),
        notSent: sum(({ notSent }) => notSent),
        lost: sum(({ lost }) => lost),
        meanMs: calls === 0 ? 0 : Math.round(sum(({ sumMs }) => sumMs) / calls),
        maxMs: Math.max(0, ...minutes.map(({ maxMs }) => maxMs)),
        circuit: circuit(now),
      };
    });
  }

  #minuteOf(party: string, minute: number): Minute {
    const known = this.#minutes.get(party) ?? [];
    const last = known.at(-1);
    if (last?.minute === minute) return last;
    const made = { minute, answered: 0, notSent: 0, lost: 0, sumMs: 0, maxMs: 0 };
    this.#minutes.set(party, [...known.slice(1 - MINUTES), made]);
    return made;
  }
}
