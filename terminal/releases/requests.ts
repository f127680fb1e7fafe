import { z } from "zod";
import { writeDurably } from "./durable.ts";
import { REQUEST_NAMES, TOLD_MODE, VERSION_PATTERN } from "./layout.ts";

/** A file beside the request, as the terminal fetched it. */
const ARCHIVE_PATTERN = /^[0-9A-Za-z][0-9A-Za-z.+_-]{0,127}\.tar\.xz$/;

const version = z.string().regex(VERSION_PATTERN);

export const updateRequestSchema = z.discriminatedUnion("act", [
  /** Stage, tag, and switch when nobody is there. */
  z.strictObject({
    act: z.literal("install"),
    id: z.uuid(),
    version,
    archive: z.string().regex(ARCHIVE_PATTERN),
  }),
  z.strictObject({ act: z.literal("commit"), id: z.uuid(), version }),
  z.strictObject({
    act: z.literal("rollback"),
    id: z.uuid(),
    version,
    reason: z.string().max(200),
  }),
]);

export type UpdateRequest = z.infer<typeof updateRequestSchema>;

/** All that the terminal may do about releases: ask. The last request counts. */
export async function askUpdater(requests: string, request: UpdateRequest): Promise<void> {
  const path = `${requests}/${REQUEST_NAMES.request}`;
  await writeDurably(path, `${JSON.stringify(request)}\n`, TOLD_MODE);
}
