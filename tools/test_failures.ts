/** All that is shown is seen in the last 2,000 characters of a run: few failures say more each. */
const SHOWN_CHARS_MAX = 1_300;
const SHOWN_MAX = 5;

/** As Deno 2.9 heads what a test threw, and a file that broke outside its tests. */
const HEAD = /^(?:.+ => \.\.?\/\S+:\d+:\d+|\.\.?\/\S+ \(uncaught error\))$/;
const STACK = /^ {4}at /;
const UNCAUGHT = /^\S+ \(uncaught error\)/;

/** Reads, line by line, which tests of a run failed and why. */
export class FailureReader {
  readonly #found: string[] = [];
  #open = false;
  #listing = false;

  see(line: string): void {
    const heading = line.trim();
    if (heading === "ERRORS" || heading === "FAILURES") {
      this.#listing = heading === "ERRORS";
      this.#open = false;
    } else if (this.#listing) {
      this.#seeListed(line);
    }
  }

  /** Each as one line: the test, its place, and the beginning of what was thrown. */
  get failures(): readonly string[] {
    return this.#found.map((found) => found.slice(0, SHOWN_CHARS_MAX));
  }

  #seeListed(line: string): void {
    if (HEAD.test(line)) {
      this.#found.push(line);
      this.#open = true;
    } else if (STACK.test(line)) {
      // Several files may be run as one, which is no place to look in.
      if (this.#open && UNCAUGHT.test(this.#found.at(-1) ?? "")) this.#goOn(line);
      this.#open = false;
    } else if (this.#open && line.trim() !== "") {
      this.#goOn(line);
    }
  }

  #goOn(line: string): void {
    this.#found.push(`${this.#found.pop()} | ${line.trim()}`);
  }
}

/** The lines that name what failed; none when nothing did. */
export function failureLines(failures: readonly string[]): string[] {
  const more = failures.length - SHOWN_MAX;
  const shown = failures.slice(0, SHOWN_MAX);
  const charsMax = Math.floor(SHOWN_CHARS_MAX / shown.length);
  return [
    ...shown.map((failure) => failure.slice(0, charsMax)),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
}
