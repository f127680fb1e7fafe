/**
 * `deno task prove:pages [--devices virtual] [cpu …]`: the release for arm64 in an emulated machine
 * whose kernel has pages of 64 KiB, as Kylin has them on Kunpeng servers: it starts, and does what
 * `arm64/checks.sh` asks. The kernel is built once out of Debian's source. It installs what it needs
 * as root, or names it, and prints the table of docs/compatibility.md.
 */
import { buildRelease } from "./arm64/build_release.ts";
import { sourceFacts } from "./build/facts.ts";
import { requireTools } from "./arm64/debian_tools.ts";
import { KERNEL_TOOLS, prepareKernel } from "./arm64/kernel.ts";
import { IMAGE_TOOLS, packMachine } from "./arm64/machine_files.ts";
import { type ProofArguments, proofArguments } from "./arm64/proof_arguments.ts";
import { type ProvenRun, sayProof } from "./arm64/proof_table.ts";
import { proveWithPieces } from "./arm64/prove_with_pieces.ts";
import { runChecks } from "./arm64/run_checks.ts";
import { say } from "./say.ts";

/** Without atomics, which is harder; `neoverse-n1` has them. */
const CPUS = ["cortex-a72"];
const QEMU = "/usr/bin/qemu-system-aarch64";
const TOOLS = {
  ...KERNEL_TOOLS,
  ...IMAGE_TOOLS,
  "qemu-system-arm": QEMU,
  "libc6-dev-arm64-cross": "/usr/aarch64-linux-gnu/include/stdio.h",
};
const MEMORY_MIB = 3_072;
/** Of one machine, on a host with much else to do. */
const MACHINE_MS_MAX = 60 * 60_000;

interface Proof {
  readonly kernel: string;
  readonly image: string;
  readonly devices: string;
  readonly signal: AbortSignal;
}

async function prove(
  { cpus, devices }: ProofArguments,
  folder: string,
  signal: AbortSignal,
): Promise<boolean> {
  await requireTools(TOOLS);
  await say("A kernel with pages of 64 KiB (built once, which takes minutes)");
  const kernel = await prepareKernel();
  const facts = await sourceFacts();
  const release = await buildRelease(folder, facts);
  const { path: image, packages } = await packMachine({ release, folder });
  await say(packages.join(", "));
  const runs: ProvenRun[] = [];
  for (const cpu of cpus) {
    await say(`\n── ${cpu}`);
    runs.push(await proveOn(cpu, { kernel, image, devices, signal }));
  }
  return await sayProof(runs, facts, devices);
}

/** The serial console is the machine's only way to say something; it switches itself off at the end. */
async function proveOn(cpu: string, { kernel, image, devices, signal }: Proof): Promise<ProvenRun> {
  const known = `devices=${devices} now=${Math.floor(Date.now() / 1_000)}`;
  const results = await runChecks({
    command: [
      QEMU,
      ...["-machine", "virt", "-cpu", cpu, "-smp", "2", "-m", `${MEMORY_MIB}`],
      ...["-nographic", "-no-reboot", "-nic", "none"],
      ...["-kernel", kernel, "-initrd", image],
      ...["-append", `console=ttyAMA0 quiet panic=-1 rdinit=/init ${known}`],
    ],
    cwd: "/",
    msMax: MACHINE_MS_MAX,
    signal,
  });
  return { about: `${cpu}, 64K pages`, results };
}

if (import.meta.main) {
  const asked = proofArguments(Deno.args, CPUS);
  Deno.exit(await proveWithPieces((folder, signal) => prove(asked, folder, signal)));
}
