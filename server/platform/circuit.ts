/** Whether calls that change something go out to a party whose line keeps failing. */

/** Transport failures in a row that open the circuit, and how long it stays open. */
const FAILURES_MAX = 8;
const OPEN_MS = 5_000;

/** `half_open`: one call goes out to see whether the line is back. */
export type CircuitState = "closed" | "open" | "half_open";

export class Circuit {
  #failures = 0;
  #openUntil = 0;
  #isProbing = false;

  /** May a call that changes something go out? A probe's answer has to be told. */
  admits(now: number): boolean {
    if (this.state(now) === "closed") return true;
    if (now < this.#openUntil || this.#isProbing) return false;
    this.#isProbing = true;
    return true;
  }

  tell(isAnswered: boolean, now: number): void {
    this.#isProbing = false;
    if (isAnswered) this.#failures = 0;
    else if (++this.#failures >= FAILURES_MAX) this.#openUntil = now + OPEN_MS;
  }

  state(now: number): CircuitState {
    if (this.#failures < FAILURES_MAX) return "closed";
    return now < this.#openUntil ? "open" : "half_open";
  }
}
