import { reasonOf } from "../../server/platform/errors.ts";
import { newIdAfter } from "../../server/platform/ids.ts";
import {
  type CHANGES,
  CHANGES_MAX,
  readChanges,
  REASON_CHARACTERS_MAX,
  type ReleaseChange,
} from "../../terminal/releases/changes.ts";
import { writeDurably } from "../../terminal/releases/durable.ts";
import { linkedVersion, RELEASE_NAMES } from "../../terminal/releases/layout.ts";
import type { UpdateDeps } from "./deps.ts";

type Did = typeof CHANGES[number];

interface Change {
  readonly did: Did;
  readonly version: string;
  readonly reason?: string;
}

/**
 * Writes down what was just done, for the terminal to tell. Under the lock; a disk that takes
 * nothing hinders no update.
 */
export async function noteChange(deps: UpdateDeps, change: Change): Promise<void> {
  await append(deps, change, () => true);
}

/** What an updater that was killed may have done and not written down; nothing if it did both. */
export async function noteMissed(
  deps: UpdateDeps,
  change: Change & { readonly did: keyof typeof IS_MISSED },
): Promise<void> {
  await append(deps, change, IS_MISSED[change.did]);
}

interface Told {
  /** What was last told of this version. */
  readonly last: string | null;
  /** Whether it is told to be what the terminal is to run. */
  readonly isRunning: boolean;
}

const IS_MISSED = {
  staged: ({ last, isRunning }: Told) => last !== "staged" && !isRunning,
  switched: ({ isRunning }: Told) => !isRunning,
  committed: ({ last }: Told) => last === "switched",
  left: ({ isRunning }: Told) => isRunning,
} as const;

async function append(
  { releases, clock, say }: UpdateDeps,
  { did, version, reason = "" }: Change,
  isWanted: (told: Told) => boolean,
): Promise<void> {
  try {
    const known = await readChanges(releases);
    if (!isWanted(toldOf(known, version))) return;
    const change: ReleaseChange = {
      id: newIdAfter(known.at(-1)?.id ?? "", clock.now()),
      did,
      version,
      now: await linkedVersion(releases, "current"),
      reason: reason.slice(0, REASON_CHARACTERS_MAX),
    };
    const kept = [...known, change].slice(-CHANGES_MAX);
    const text = `${JSON.stringify(kept, null, 2)}\n`;
    await writeDurably(`${releases}/${RELEASE_NAMES.changes}`, text);
  } catch (thrown) {
    say(`不能记下版本变化，平台不会知道：${reasonOf(thrown)}`);
  }
}

function toldOf(known: readonly ReleaseChange[], version: string): Told {
  const last = known.findLast((each) => each.version === version && each.did !== "declined");
  const moved = known.findLast(({ did }) => did === "switched" || did === "left");
  return { last: last?.did ?? null, isRunning: moved?.now === version };
}
