/** Identifications of one session; a platform that answers this many made something wrong. */
const IDENTIFICATIONS_MAX = 20;

/** Who stands before the terminal: ids only, and gone at the end without a trace. */
export class PatientSession {
  #identifications = new Set<string>();
  #era = 0;

  /** Grows with every end, so that an answer which comes late is known to be of the past. */
  get era(): number {
    return this.#era;
  }

  /** Somebody was identified since the last end. */
  get isHeld(): boolean {
    return this.#identifications.size > 0;
  }

  /** False when the session ended while the platform was answering. */
  keep(identificationId: string, era: number): boolean {
    if (era !== this.#era || this.#identifications.size >= IDENTIFICATIONS_MAX) return false;
    this.#identifications.add(identificationId);
    return true;
  }

  holds(identificationId: string): boolean {
    return this.#identifications.has(identificationId);
  }

  end(): string[] {
    const ended = [...this.#identifications];
    this.#identifications = new Set();
    this.#era += 1;
    return ended;
  }
}
