import { say } from "../say.ts";
import { endSignal } from "./end_signal.ts";
import { PiecesMissing } from "./pieces_missing.ts";

/**
 * Runs a proof to its exit code, in a folder that goes with it. What it lacks is said in one line.
 */
export async function proveWithPieces(
  prove: (folder: string, signal: AbortSignal) => Promise<boolean>,
): Promise<number> {
  using end = endSignal();
  const folder = await Deno.makeTempDir({ prefix: "yikatong-arm64-" });
  try {
    return await prove(folder, end.signal) ? 0 : 1;
  } catch (thrown) {
    if (!(thrown instanceof PiecesMissing) && !end.signal.aborted) throw thrown;
    await say(thrown instanceof Error ? thrown.message : String(thrown));
    return 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
