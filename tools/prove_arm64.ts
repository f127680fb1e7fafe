/**
 * `deno task prove:arm64 [--devices virtual] [cpu …]`: the release for arm64 under an emulator, on
 * processors without atomics (ARMv8.0: Phytium) and with them (Kunpeng): what it asks of the system,
 * then what `arm64/checks.sh` has it do. It installs what it needs as root, or names it, and prints
 * the table of docs/compatibility.md.
 */
import { buildRelease } from "./arm64/build_release.ts";
import { sourceFacts } from "./build/facts.ts";
import { emulatorVersion } from "./arm64/emulate.ts";
import { emulateRelease } from "./arm64/emulated_release.ts";
import { requireTools } from "./arm64/debian_tools.ts";
import { requireElfNeeds } from "./arm64/elf_needs.ts";
import { type Arm64Pieces, prepareArm64 } from "./arm64/pieces.ts";
import { type ProofArguments, proofArguments } from "./arm64/proof_arguments.ts";
import { type ProvenRun, sayProof } from "./arm64/proof_table.ts";
import { proveWithPieces } from "./arm64/prove_with_pieces.ts";
import { runChecks } from "./arm64/run_checks.ts";
import { freePorts } from "../tests/journeys/stack.ts";
import { say } from "./say.ts";
import { ROOT } from "./source_files.ts";

/** Old and small, the common board, and the server core that is Kunpeng's relative. */
const CPUS = ["cortex-a53", "cortex-a72", "neoverse-n1"];
const TOOLS = {
  "qemu-user": "/usr/bin/qemu-aarch64",
  "gcc-aarch64-linux-gnu": "/usr/bin/aarch64-linux-gnu-gcc",
  "libc6-dev-arm64-cross": "/usr/aarch64-linux-gnu/include/stdio.h",
  "binutils": "/usr/bin/readelf",
};
/** Of one processor, on a machine with much else to do. */
const CPU_MS_MAX = 60 * 60_000;

interface Proof {
  readonly pieces: Arm64Pieces;
  readonly release: string;
  readonly folder: string;
  readonly devices: string;
  readonly signal: AbortSignal;
}

async function prove(
  { cpus, devices }: ProofArguments,
  folder: string,
  signal: AbortSignal,
): Promise<boolean> {
  await requireTools(TOOLS);
  const pieces = await prepareArm64();
  const facts = await sourceFacts();
  const release = await buildRelease(folder, facts);
  await say(`${await emulatorVersion(pieces)}; ${pieces.packages.join(", ")}`);
  await say(await requireElfNeeds(release));
  const runs: ProvenRun[] = [];
  for (const cpu of cpus) {
    await say(`\n── ${cpu}`);
    runs.push(await proveOn(cpu, { pieces, release, folder, devices, signal }));
  }
  return await sayProof(runs, facts, devices);
}

async function proveOn(
  cpu: string,
  { pieces, release, folder, devices, signal }: Proof,
): Promise<ProvenRun> {
  const copy = `${folder}/${cpu}`;
  await emulateRelease({ pieces, cpu, release, folder: copy });
  const player = ["run", "-A", "--no-check", "--node-modules-dir=manual"];
  const results = await runChecks({
    command: [
      "sh",
      new URL("tools/arm64/checks.sh", ROOT).pathname,
      copy,
      // By its real path: the emulator finds it in its root, the launcher and glibc do not.
      `${pieces.root}/usr/lib/aarch64-linux-gnu/libcrypto.so.3`,
      `${folder}/${cpu}-work`,
      `${freePorts()}`,
      devices,
      ...[Deno.execPath(), ...player, new URL("tools/arm64/play_visit_at.ts", ROOT).pathname],
    ],
    cwd: ROOT.pathname,
    msMax: CPU_MS_MAX,
    signal,
  });
  return { about: cpu, results };
}

if (import.meta.main) {
  const asked = proofArguments(Deno.args, CPUS);
  Deno.exit(await proveWithPieces((folder, signal) => prove(asked, folder, signal)));
}
