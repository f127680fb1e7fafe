import { NO_TESTS, readCounts, type TestCounts } from "../test_counts.ts";
import { emulate, type Emulated } from "./emulate.ts";
import type { Arm64Pieces } from "./pieces.ts";

export interface EmulatedTests {
  readonly pieces: Arm64Pieces;
  /** As `qemu-aarch64 -cpu help` lists it. */
  readonly cpu: string;
  readonly msMax: number;
  /** From the project's root; they start no second Deno, which the system could not run. */
  readonly files: readonly string[];
  /** What the tests read besides: where things are that were compiled for them. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface EmulatedTestResult extends Emulated {
  readonly counts: TestCounts;
  readonly seconds: number;
}

export async function runEmulatedTests({ files, ...where }: EmulatedTests): Promise<
  EmulatedTestResult
> {
  const started = performance.now();
  const emulated = await emulate({ ...where, args: ["test", "-A", ...files] });
  const seconds = (performance.now() - started) / 1_000;
  const counts = emulated.said.split("\n").map(readCounts).find((found) => found !== null);
  return { ...emulated, counts: counts ?? NO_TESTS, seconds };
}
