/** What happened in a run, line by line; two runs of one seed have the same digest. */
export class RunLog {
  /** FNV-1a, twice with different bases: collisions are no danger here, only to be unlikely. */
  #low = 0x811c9dc5;
  #high = 0x01000193;
  readonly #lines: string[] | null;

  constructor(options: { readonly keepsLines: boolean }) {
    this.#lines = options.keepsLines ? [] : null;
  }

  write(line: string): void {
    for (let at = 0; at < line.length; at++) {
      const code = line.charCodeAt(at);
      this.#low = Math.imul(this.#low ^ code, 0x01000193);
      this.#high = Math.imul(this.#high ^ code, 0x85ebca6b);
    }
    this.#lines?.push(line);
  }

  get digest(): string {
    const hex = (half: number) => (half >>> 0).toString(16).padStart(8, "0");
    return hex(this.#high) + hex(this.#low);
  }

  get lines(): readonly string[] {
    return this.#lines ?? [];
  }
}
