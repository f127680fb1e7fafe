import { statfs } from "node:fs/promises";
import { StartError } from "../command.ts";

const MEGA = 1_000_000;
/** Compression may gain nothing: personal data is ciphertext. */
const SLACK_BYTES = 64 * MEGA;

/** Before anything is read: a disk that is full in the small hours has cost the database a night. */
export async function requireFreeSpace(folder: string, contentBytes: number): Promise<void> {
  const free = await freeBytes(folder);
  const wanted = contentBytes + SLACK_BYTES;
  if (free >= wanted) return;
  throw new StartError(
    `"${folder}" 空间不够：要 ${megabytes(wanted)}，只有 ${megabytes(free)}。腾出空间，` +
      "或用 yikatong backup prune 删除到期的备份",
  );
}

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

export function megabytes(bytes: number): string {
  return `${(bytes / MEGA).toFixed(1)} MB`;
}
