import { listFiles } from "../source_files.ts";
import { emulate, type Emulated } from "./emulate.ts";
import type { Arm64Pieces } from "./pieces.ts";

export interface Comparison {
  readonly pieces: Arm64Pieces;
  readonly cpu: string;
  readonly msMax: number;
  /** How many random inputs of SM3 and SM4, and of SM2. */
  readonly symmetric: number;
  readonly sm2: number;
}

/** Both engines: versions, known answers and agreement, as `compare_engines.ts` says them. */
export async function compareEngines(comparison: Comparison): Promise<Emulated> {
  const { symmetric, sm2, ...where } = comparison;
  const args = ["run", "-A", "tools/arm64/compare_engines.ts", `${symmetric}`, `${sm2}`];
  return await emulate({ ...where, args });
}

/** Beside their sources: the portable engine, and the native one over the arm64 libcrypto. */
export async function cryptoTestFiles(): Promise<string[]> {
  return (await listFiles("crypto/")).filter((path) => path.endsWith("_test.ts"));
}
