/** `openssl speed` in turns with our native engine, on the same core. */
import type { Deed } from "./work.ts";

export interface OpensslRate {
  readonly deed: Deed;
  readonly bytes: number;
  readonly callsPerSecond: number;
}

/** One run of the command, which may tell two deeds. */
export interface OpensslRun {
  readonly args: readonly string[];
  readonly deeds: readonly { readonly deed: Deed; readonly bytes: number }[];
}

const SYMMETRIC: Readonly<Partial<Record<Deed, readonly string[]>>> = {
  sm3: ["-evp", "sm3"],
  hmac_sm3: ["-hmac", "sm3"],
  sm4_cbc_encrypt: ["-evp", "sm4-cbc"],
  sm4_cbc_decrypt: ["-decrypt", "-evp", "sm4-cbc"],
  sm4_ctr: ["-evp", "sm4-ctr"],
};

/** The run that tells a sized deed, or null when the command has none (GCM in OpenSSL 3.0). */
export function symmetricRun(deed: Deed, bytes: number): OpensslRun | null {
  const args = SYMMETRIC[deed];
  if (args === undefined) return null;
  return { args: ["-bytes", `${bytes}`, ...args], deeds: [{ deed, bytes }] };
}

/** It signs and verifies 20 bytes; the time is the curve's. */
export function sm2Run(bytes: number): OpensslRun {
  return {
    args: ["sm2"],
    deeds: [{ deed: "sm2_sign", bytes }, { deed: "sm2_verify_kept_key", bytes }],
  };
}

const DIGITS = String.raw`\d+(?:\.\d+)?`;
/** `+F:25:SM4-CBC:121634816.00`: bytes per second. */
const THROUGHPUT = new RegExp(`^\\+F:\\d+:[^:]+:(${DIGITS})$`, "m");
/** `+F7:0:256:CurveSM2:2848.0:2389.0`: signatures and verifications per second. */
const SIGNATURES = new RegExp(`^\\+F\\d+:\\d+:\\d+:CurveSM2:(${DIGITS}):(${DIGITS})$`, "m");

/** `-elapsed`, because our own figures are by the clock too. */
export async function runOpensslSpeed(
  run: OpensslRun,
  { core, seconds }: { readonly core: number; readonly seconds: number },
): Promise<OpensslRate[]> {
  const speed = ["openssl", "speed", "-mr", "-elapsed", "-seconds", `${seconds}`, ...run.args];
  const said = await command("taskset", ["-c", `${core}`, ...speed]);
  const rates = readRates(said, run);
  if (rates !== null) return rates;
  throw new Error(`Cannot read what "${speed.join(" ")}" printed: expected a line +F:…`);
}

export function readRates(said: string, { deeds }: OpensslRun): OpensslRate[] | null {
  const figures = (SIGNATURES.exec(said) ?? THROUGHPUT.exec(said))?.slice(1).map(Number);
  if (figures === undefined || figures.length !== deeds.length) return null;
  return deeds.map(({ deed, bytes }, at) => {
    const figure = figures[at] ?? NaN;
    return { deed, bytes, callsPerSecond: figures.length === 1 ? figure / bytes : figure };
  });
}

export async function opensslVersion(): Promise<string> {
  return (await command("openssl", ["version"])).trim();
}

/** Keeps our own thread on the last core we may use, where the children go too. */
export async function keepToOneCore(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status");
  const core = Number(/^Cpus_allowed_list:.*?(\d+)$/m.exec(status)?.[1]);
  if (!Number.isInteger(core)) throw new Error("Cannot find the cores allowed to this process");
  await command("taskset", ["-p", "-c", `${core}`, `${Deno.pid}`]);
  return core;
}

async function command(name: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(name, { args: [...args] }).output();
  if (success) return new TextDecoder().decode(stdout);
  const said = new TextDecoder().decode(stderr).trim().slice(-500);
  throw new Error(`Cannot run "${name} ${args.join(" ")}": ${said}`);
}
