import { freeBytes } from "../../terminal/heartbeat.ts";
import { StartError } from "../command.ts";

/** The journal has to go on being written while a release is staged. */
const RESERVE_BYTES = 512 * 1024 * 1024;
const BYTES_PER_MIB = 1024 * 1024;

export async function requireSpace(
  folder: string,
  neededBytes: number,
  free: (folder: string) => Promise<number> = freeBytes,
): Promise<void> {
  const available = await free(folder);
  if (available >= neededBytes + RESERVE_BYTES) return;
  throw new StartError(
    `磁盘空间不够：要 ${mebibytes(neededBytes)} MiB 并留 ${mebibytes(RESERVE_BYTES)} MiB，` +
      `"${folder}" 只剩 ${mebibytes(available)} MiB。清理后再更新；正在运行的版本不受影响`,
  );
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_MIB);
}
