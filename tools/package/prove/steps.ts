import { say } from "../../say.ts";

/** What of a proof went well, in the order in which it was done; the first failure ends it. */
export class Steps {
  readonly #about: string;
  #count = 0;

  constructor(about: string) {
    this.#about = about;
  }

  get count(): number {
    return this.#count;
  }

  async do<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
    try {
      const result = await act();
      this.#count++;
      await say(`ok    ${this.#about}: ${what}`);
      return result;
    } catch (thrown) {
      await say(`FAILED ${this.#about}: ${what}`);
      throw thrown;
    }
  }
}
