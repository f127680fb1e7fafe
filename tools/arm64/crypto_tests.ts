import { listFiles } from "../source_files.ts";
import { NO_TESTS, readCounts, type TestCounts } from "../test_counts.ts";
import { emulate, type Emulated } from "./emulate.ts";
import type { Arm64Pieces } from "./pieces.ts";

export interface CryptoTestRun {
  readonly pieces: Arm64Pieces;
  readonly cpu: string;
  readonly files: readonly string[];
  readonly msMax: number;
}

export interface CryptoTestResult extends Emulated {
  readonly counts: TestCounts;
  readonly seconds: number;
}

/** Beside their sources: the portable engine, and the native one over the arm64 libcrypto. */
export async function cryptoTestFiles(): Promise<string[]> {
  return (await listFiles("crypto/")).filter((path) => path.endsWith("_test.ts"));
}

export async function runCryptoTests({ files, ...where }: CryptoTestRun): Promise<
  CryptoTestResult
> {
  const started = performance.now();
  const emulated = await emulate({ ...where, args: ["test", "-A", ...files] });
  const seconds = (performance.now() - started) / 1_000;
  const counts = emulated.said.split("\n").map(readCounts).find((found) => found !== null);
  return { ...emulated, counts: counts ?? NO_TESTS, seconds };
}
