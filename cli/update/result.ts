import { writeDurably } from "../../terminal/releases/durable.ts";
import { RELEASE_NAMES } from "../../terminal/releases/layout.ts";
import type { UpdateDeps } from "./deps.ts";

export interface UpdateResult {
  /** Of the request; null for what the updater did by itself, as after a failed probation. */
  readonly id: string | null;
  readonly outcome: "staged" | "switched" | "committed" | "left" | "already" | "refused";
  readonly version: string;
  readonly text: string;
}

/** For people who look; what is told to the platform stands in `changes.ts`. */
export async function noteResult(deps: UpdateDeps, result: UpdateResult): Promise<void> {
  const { releases, clock, say } = deps;
  const noted = { ...result, at: clock.now().toISOString() };
  await writeDurably(`${releases}/${RELEASE_NAMES.result}`, `${JSON.stringify(noted, null, 2)}\n`);
  say(result.text);
}
