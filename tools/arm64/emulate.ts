import { ROOT } from "../source_files.ts";
import type { Arm64Pieces } from "./pieces.ts";

export interface Emulation {
  readonly pieces: Arm64Pieces;
  /** As `qemu-aarch64 -cpu help` lists it. */
  readonly cpu: string;
  /** Of the arm64 Deno. */
  readonly args: readonly string[];
  readonly msMax: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Emulated {
  readonly success: boolean;
  /** Both streams, one after the other. */
  readonly said: string;
}

/** Where Debian keeps it. */
const LIBCRYPTO = "/usr/lib/aarch64-linux-gnu/libcrypto.so.3";

/**
 * Runs Deno for arm64 in the project's root. It reads the packages that are there already and never
 * writes to `node_modules`, where it would put those of its own platform.
 */
export async function emulate(
  { pieces, cpu, args, msMax, env = {} }: Emulation,
): Promise<Emulated> {
  const [program = "", ...first] = emulatedDeno(pieces, cpu, args);
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: first,
    cwd: ROOT,
    env: {
      ...env,
      NO_COLOR: "1",
      // By its real path: the emulator looks into the arm64 folder when a file is opened, not when
      // a link is followed nor, in QEMU 7.2, when one asks whether a file is there.
      TEST_LIBCRYPTO: `${pieces.root}${LIBCRYPTO}`,
    },
    stdin: "null",
    signal: AbortSignal.timeout(msMax),
  }).output();
  const decoder = new TextDecoder();
  return { success, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** The whole command, for whoever talks to an emulated process while it runs. */
export function emulatedDeno(pieces: Arm64Pieces, cpu: string, args: readonly string[]): string[] {
  const { qemu, root, deno, denoDir } = pieces;
  const [verb = "", ...rest] = args;
  const settings = ["--node-modules-dir=manual", "--cached-only", "--no-lock", "--no-check"];
  const emulator = [qemu, "-cpu", cpu, "-L", root, "-E", `DENO_DIR=${denoDir}`];
  return [...emulator, deno, verb, ...settings, ...rest];
}

/** `qemu-aarch64 version 7.2.22 (…)`. */
export async function emulatorVersion({ qemu }: Arm64Pieces): Promise<string> {
  const { stdout } = await new Deno.Command(qemu, { args: ["--version"] }).output();
  return new TextDecoder().decode(stdout).split("\n", 1)[0] ?? "";
}
