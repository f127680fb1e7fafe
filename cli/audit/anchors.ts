import { readAnchorLine } from "../../server/modules/audit/chain/write_anchors.ts";
import { StartError } from "../command.ts";
import { openInput } from "../files/input.ts";
import { lineBatches } from "../../server/modules/audit/verify/lines.ts";

/** A checkpoint every ten minutes for 95 years. */
const LINES_MAX = 5_000_000;

/** Digests of checkpoints by number. */
export async function readAnchors(
  path: string | undefined,
): Promise<ReadonlyMap<bigint, Uint8Array>> {
  const anchors = new Map<bigint, Uint8Array>();
  if (path === undefined) return anchors;
  using input = await openInput(path);
  for await (const lines of lineBatches(input.pieces())) {
    for (const line of lines) {
      if (line === "") continue;
      const anchor = readAnchorLine(line);
      if (!anchor || anchors.size >= LINES_MAX) {
        throw new StartError(`锚文件 "${path}" 有一行不是"号码 时间 摘要"：${line.slice(0, 80)}`);
      }
      anchors.set(anchor.number, anchor.digest);
    }
  }
  return anchors;
}
