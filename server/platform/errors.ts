/** What a caller may do after a {@link DomainError}. */
export type Retry = "never" | "safe" | "ask_operator";

/** A refusal the caller is expected to handle; anything else is a defect. */
export class DomainError extends Error {
  override readonly name = "DomainError";

  /** Stable, reads `module.reason`; the HTTP status follows from it in `http.ts`. */
  readonly code: string;
  readonly retry: Retry;
  /** What the caller needs to do better, as the code defines it. */
  readonly detail: string | undefined;

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & { readonly retry?: Retry; readonly detail?: string } = {},
  ) {
    super(message, options);
    this.code = code;
    this.retry = options.retry ?? "never";
    this.detail = options.detail;
  }
}

/** Stops the current transaction when the program contradicts itself. */
export function invariant(held: boolean, rule: string): asserts held {
  if (!held) throw new Error(`Broken invariant: ${rule}`);
}

/** Text of anything thrown, for logs and evidence. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
