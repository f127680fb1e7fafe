import { z } from "zod";
import type { ScreenAnswer } from "./keep_browser.ts";

const ASK_MS_MAX = 3_000;

const sight = z.object({
  silentMs: z.number().nullable(),
  size: z.object({ width: z.number(), height: z.number() }).nullable(),
}).nullable();

/** Of the terminal's process; null when it does not answer as it should. */
export async function askScreen(url: string): Promise<ScreenAnswer> {
  try {
    const response = await fetch(new URL("/screen", url), {
      signal: AbortSignal.timeout(ASK_MS_MAX),
    });
    const answer = sight.parse(await response.json());
    return answer ?? "unwatched";
  } catch {
    return null;
  }
}
