import { StartError } from "../command.ts";
import { fileTrouble } from "../files/trouble.ts";
import type { MarkerSearch } from "./markers.ts";

const BLOCK_BYTES = 65_536;
const SAMPLES = 4_000;
const RANDOM_END = 2 ** 32;

/**
 * Random places of a whole disk, looked through for what lay in our files: what a file system left
 * elsewhere when it moved them. A sample, no proof.
 */
export async function sampleDevice(
  path: string,
  search: MarkerSearch,
): Promise<{ readonly path: string; readonly blocks: number; readonly found: 0 }> {
  const found = { path, blocks: 0, found: 0 } as const;
  try {
    using device = await Deno.open(path);
    const bytes = await device.seek(0, Deno.SeekMode.End);
    const blocks = Math.max(1, Math.floor(bytes / BLOCK_BYTES));
    const samples = Math.min(SAMPLES, blocks);
    const read = new Uint8Array(BLOCK_BYTES);
    for (let sample = 0; sample < samples; sample++) {
      // All of a small one, in order.
      const block = blocks <= SAMPLES ? sample : randomBelow(blocks);
      await device.seek(block * BLOCK_BYTES, Deno.SeekMode.Start);
      const length = await device.read(read) ?? 0;
      if (!search.isIn(read.subarray(0, length))) continue;
      throw new StartError(
        `"${path}" 上还有以前的内容（位置 ${
          block * BLOCK_BYTES
        }）：清除整盘（blkdiscard、nvme format），` +
          "或拆下物理销毁，再在平台上用 admin retire-terminal --dead 登记",
      );
    }
    return { ...found, blocks: samples };
  } catch (thrown) {
    throw thrown instanceof StartError ? thrown : fileTrouble("不能读取", path, thrown);
  }
}

function randomBelow(end: number): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return Math.floor((high + low / RANDOM_END) / RANDOM_END * end);
}
