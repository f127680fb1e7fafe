/**
 * SM2, SM3 and SM4 in one table: sm-crypto, sm-crypto-v2, our functions, engines and providers, and
 * `openssl speed`: `deno run -A --v8-flags=--expose-gc bench/crypto.ts [--quick]`. See README.md.
 */
import { parseArgs } from "node:util";
import type { Engine } from "../crypto/engine.ts";
import { findLibcrypto } from "../crypto/providers/find_libcrypto.ts";
import { openNativeEngine } from "../crypto/providers/native.ts";
import { portableEngine } from "../crypto/providers/portable.ts";
import { SoftwareProvider } from "../crypto/providers/software.ts";
import { exists } from "../tools/exists.ts";
import { cpuSecondsOf, cpuSecondsOfMachine } from "./cpu.ts";
import { engineContender } from "./crypto/engine.ts";
import { functions } from "./crypto/functions.ts";
import { keepToOneCore, opensslVersion } from "./crypto/openssl_speed.ts";
import { providerContender } from "./crypto/provider.ts";
import { type OpensslPace, raceContenders, raceOpenssl } from "./crypto/race.ts";
import { isJudgedByOpenssl, type Measured, report } from "./crypto/report.ts";
import { findCollector, type Pace } from "./crypto/rounds.ts";
import { smCrypto } from "./crypto/sm_crypto.ts";
import { smCryptoV2 } from "./crypto/sm_crypto_v2.ts";
import { print } from "./figures.ts";

type Tempo = Omit<Pace, "collect">;

interface Tempos {
  readonly contenders: Tempo;
  readonly openssl: Tempo & { readonly seconds: number };
}

/** About three minutes. */
const FULL: Tempos = {
  contenders: { rounds: 9, windowMs: 25, warmUpMs: 120 },
  openssl: { rounds: 7, windowMs: 250, warmUpMs: 250, seconds: 1 },
};

/** To see that it runs: its figures are nobody's, and it fails for none of them. */
const QUICK: Tempos = {
  contenders: { rounds: 3, windowMs: 2, warmUpMs: 20 },
  openssl: { rounds: 1, windowMs: 50, warmUpMs: 50, seconds: 1 },
};

/** Above this share of one core, others' work is in the figures. */
const OTHERS_CORES_MAX = 0.1;

const { values } = parseArgs({ args: [...Deno.args], options: { quick: { type: "boolean" } } });
Deno.exitCode = await main(values.quick === true ? QUICK : FULL);

async function main(tempos: Tempos): Promise<number> {
  const collect = findCollector();
  if (collect !== null) return await run(tempos, collect) || tempos === QUICK ? 0 : 1;
  print("Cannot keep rubbish out of the figures: expected deno run --v8-flags=--expose-gc");
  return 2;
}

/** True when every target was reached. */
async function run(tempos: Tempos, collect: () => void): Promise<boolean> {
  const libcrypto = await findInstalled();
  using native = openNativeEngine({ path: libcrypto });
  using portable = portableEngine();
  const core = await keepToOneCore();
  print(`${portable.version}\n${native.version}\n${await opensslVersion()}, core ${core}`);
  const contenders = { ...tempos.contenders, collect };
  const openssl = { ...tempos.openssl, collect, core };
  const [measured, othersCores] = await watch(() =>
    measure({ native, libcrypto, portable, contenders, openssl })
  );
  const isReached = report(measured);
  if (othersCores > OTHERS_CORES_MAX) {
    print(
      `\nNOT QUIET: other processes kept ${othersCores.toFixed(2)} of ` +
        `${navigator.hardwareConcurrency} cores busy meanwhile.`,
    );
  }
  return isReached;
}

async function findInstalled(): Promise<string> {
  for (const path of findLibcrypto()) {
    if (await exists(path)) return path;
  }
  throw new Error(`Cannot find libcrypto: expected one of ${findLibcrypto().join(", ")}`);
}

interface Measurement {
  readonly native: Engine;
  readonly libcrypto: string;
  readonly portable: Engine;
  readonly contenders: Pace;
  readonly openssl: OpensslPace;
}

async function measure(measurement: Measurement): Promise<Measured> {
  const { native, libcrypto, portable, contenders, openssl } = measurement;
  // A provider owns its engine, so these are not the ones beside them.
  await using overPortable = new SoftwareProvider(portableEngine(), { name: "bench-portable" });
  await using overNative = new SoftwareProvider(openNativeEngine({ path: libcrypto }), {
    name: "bench-native",
  });
  const nativeContender = engineContender(native);
  const rows = await raceContenders([
    smCrypto(),
    smCryptoV2(),
    functions(),
    engineContender(portable),
    nativeContender,
    providerContender("provider/portable", overPortable),
    providerContender("provider/native", overNative),
  ], contenders);
  return { rows, openssl: await raceOpenssl(nativeContender, openssl, isJudgedByOpenssl) };
}

/** With the cores that others kept busy meanwhile; ours include the commands we ran. */
async function watch<Made>(work: () => Promise<Made>): Promise<[Made, number]> {
  const started = performance.now();
  const machineBefore = await cpuSecondsOfMachine();
  const oursBefore = await cpuSecondsOf(Deno.pid);
  const made = await work();
  const machine = await cpuSecondsOfMachine() - machineBefore;
  const ours = await cpuSecondsOf(Deno.pid) - oursBefore;
  return [made, Math.max(0, (machine - ours) / ((performance.now() - started) / 1_000))];
}
