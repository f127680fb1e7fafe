import { z } from "zod";
import { isId } from "../../server/platform/ids.ts";
import { RELEASE_NAMES } from "./layout.ts";

/** What the updater keeps; years of them, unless a release is tried again and again. */
export const CHANGES_MAX = 100;
export const REASON_CHARACTERS_MAX = 200;

/** What the updater did with releases, as the terminal tells it on. */
export const CHANGES = ["staged", "switched", "committed", "left", "declined"] as const;

/** `did` of a newer updater may be a word that this program does not know. */
const releaseChangeSchema = z.object({
  /** Its time is the change's; whoever hears of it twice knows it by this. */
  id: z.string().refine(isId),
  did: z.string().regex(/^[a-z_]{1,32}$/),
  version: z.string().max(64),
  /** What the terminal is to run from then on; null for the packaged program. */
  now: z.string().max(64).nullable(),
  reason: z.string().max(REASON_CHARACTERS_MAX),
});

export type ReleaseChange = z.infer<typeof releaseChangeSchema>;

/** The oldest first. A file that is absent, cut off or of somebody else's making tells nothing. */
export async function readChanges(releases: string): Promise<readonly ReleaseChange[]> {
  try {
    const text = await Deno.readTextFile(`${releases}/${RELEASE_NAMES.changes}`);
    return z.array(releaseChangeSchema).parse(JSON.parse(text)).slice(-CHANGES_MAX);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.PermissionDenied) throw thrown;
    return [];
  }
}
