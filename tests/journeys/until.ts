const PERIOD_MS = 150;

/** Of whatever a journey waits for: nobody waits it out but one that fails, on a slow computer. */
export const WAIT_MS_MAX = 60_000;

/** Asks what has no event to wait for till it holds; fails with what it last was. */
export async function until<Value>(
  what: string,
  read: () => Promise<Value> | Value,
  holds: (value: Value) => boolean,
  { waitMs = WAIT_MS_MAX }: { readonly waitMs?: number } = {},
): Promise<Value> {
  const ends = performance.now() + waitMs;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (performance.now() > ends) {
      const shown = JSON.stringify(
        value,
        (_key, part) => typeof part === "bigint" ? String(part) : part,
      );
      throw new Error(`Cannot see ${what} in ${waitMs} ms: it is ${shown}`);
    }
    await new Promise((resume) => setTimeout(resume, PERIOD_MS));
  }
}
