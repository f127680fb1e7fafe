import iconv from "iconv-lite";

/**
 * What the simulated vendor libraries answer, for one symbol or (`*`) for all. The libraries read
 * it at each call from the text file that YIKATONG_VENDOR_SCRIPT names: lines
 * `<symbol or *>.<key>=<value>`, the later one counts, and one line `log=<path>`.
 */
export interface VendorAnswer {
  /** `rc`: what the function returns; 0 when it is not said. */
  readonly code?: number;
  /** `out`, as hex: what stands in pOutInfo; text becomes GB 18030. NUL follows. */
  readonly out?: string | Uint8Array;
  /** `card`: which reading place finds one, by iType; any when it is not said. */
  readonly card?: "contact" | "contactless" | "none";
  /** `key`: what Step2 must be given, else it returns -23. */
  readonly key?: string;
  /** `slow_ms`. */
  readonly slowMs?: number;
  /** `end`: `stop` is SIGSTOP, the rest speaks for itself. */
  readonly end?: "hang" | "crash" | "abort" | "exit" | "stop";
  /** `write_bytes`: so many are written to the buffer, however small it is. */
  readonly writeBytes?: number;
  /** `write_before`: one byte before the buffer is written. */
  readonly writesBefore?: boolean;
  /** `prints`: on standard output and error. */
  readonly prints?: boolean;
  /** `files`: wz.txt and zp.bmp are left in the working folder. */
  readonly leavesFiles?: boolean;
  /** `spawns`: the library starts a process, whose number is in the log as `spawned <pid>`. */
  readonly spawns?: boolean;
  /** `garbage`: the upper half of the result is not that of a `long`. */
  readonly hasGarbage?: boolean;
}

export interface VendorScript {
  readonly answers: Readonly<Record<string, VendorAnswer>>;
  /** Each call adds a line `<symbol> <thread>` to it, and one of its own when two are under way. */
  readonly log?: string;
}

/** Puts it in place at once: a library never reads half of it. */
export async function writeVendorScript(path: string, script: VendorScript): Promise<void> {
  const draft = `${path}.new`;
  await Deno.writeTextFile(draft, toLines(script).map((line) => `${line}\n`).join(""));
  await Deno.rename(draft, path);
}

function toLines({ answers, log }: VendorScript): string[] {
  const lines = Object.entries(answers).flatMap(([symbol, answer]) =>
    Object.entries(keysOf(answer)).flatMap(([key, value]) =>
      value === undefined ? [] : [`${symbol}.${key}=${value}`]
    )
  );
  return log === undefined ? lines : [`log=${log}`, ...lines];
}

function keysOf(answer: VendorAnswer): Record<string, string | number | undefined> {
  return {
    rc: answer.code,
    out: answer.out === undefined ? undefined : hexOf(answer.out),
    card: answer.card,
    key: answer.key,
    slow_ms: answer.slowMs,
    end: answer.end,
    write_bytes: answer.writeBytes,
    write_before: answer.writesBefore ? 1 : undefined,
    prints: answer.prints ? 1 : undefined,
    files: answer.leavesFiles ? 1 : undefined,
    spawns: answer.spawns ? 1 : undefined,
    garbage: answer.hasGarbage ? 1 : undefined,
  };
}

function hexOf(out: string | Uint8Array): string {
  const bytes = typeof out === "string" ? iconv.encode(out, "gb18030") : out;
  return new Uint8Array(bytes).toHex();
}
