import { z } from "zod";
import { writeDurably } from "../../terminal/releases/durable.ts";
import { RELEASE_NAMES } from "../../terminal/releases/layout.ts";

const REJECTED_MAX = 20;

const rejectedSchema = z.array(
  z.object({ version: z.string(), reason: z.string(), at: z.string() }),
);

export type Rejected = z.infer<typeof rejectedSchema>[number];

/** Versions that were left again, the last ones; a file that does not read counts as empty. */
export async function readRejected(releases: string): Promise<readonly Rejected[]> {
  try {
    const text = await Deno.readTextFile(`${releases}/${RELEASE_NAMES.rejected}`);
    return rejectedSchema.parse(JSON.parse(text));
  } catch (thrown) {
    if (thrown instanceof Deno.errors.PermissionDenied) throw thrown;
    return [];
  }
}

export async function isRejected(releases: string, version: string): Promise<boolean> {
  return (await readRejected(releases)).some((rejected) => rejected.version === version);
}

export async function noteRejected(releases: string, rejected: Rejected): Promise<void> {
  const others = (await readRejected(releases)).filter(({ version }) =>
    version !== rejected.version
  );
  await write(releases, [...others, rejected].slice(-REJECTED_MAX));
}

export async function forgetRejected(releases: string, version: string): Promise<void> {
  const known = await readRejected(releases);
  const kept = known.filter((rejected) => rejected.version !== version);
  if (kept.length < known.length) await write(releases, kept);
}

async function write(releases: string, rejected: readonly Rejected[]): Promise<void> {
  await writeDurably(
    `${releases}/${RELEASE_NAMES.rejected}`,
    `${JSON.stringify(rejected, null, 2)}\n`,
  );
}
