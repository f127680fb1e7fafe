import type { Engine } from "../engine.ts";
import { CryptoError } from "../errors.ts";
import type { StoredKey } from "../key_store.ts";
import { requirePassed, testEngine } from "../known_answers.ts";
import type { SelfTest } from "../provider.ts";
import { findLibcrypto } from "./find_libcrypto.ts";
import { openNativeEngine } from "./native.ts";
import { portableEngine } from "./portable.ts";
import { SdfProvider, type SdfProviderOptions } from "./sdf.ts";
import { SoftwareProvider, type SoftwareProviderOptions } from "./software.ts";

export interface ChooseOptions {
  /**
   * `auto`: native where a libcrypto is there and not refused, else portable, and the report says
   * why.
   */
  readonly choice: "auto" | "native" | "portable" | "sdf";
  /** Absolute path of a libcrypto, which no other takes the place of; where systems keep one when absent. */
  readonly libraryPath?: string;
  /** Of software; those of a device stand in `sdf`. Copied. */
  readonly keys: readonly StoredKey[];
  readonly onKeysChanged?: NonNullable<SoftwareProviderOptions["onKeysChanged"]>;
  readonly allowSoftwarePrivateKeys: boolean;
  /** Needed by `sdf`. */
  readonly sdf?: Omit<SdfProviderOptions, "name" | "engine">;
}

/** For `doctor` and the log: what was chosen and why, and what is known against it. */
export interface ProviderReport {
  readonly choice: ChooseOptions["choice"];
  readonly chosen: "native" | "portable" | "sdf";
  readonly hardware: boolean;
  readonly why: readonly string[];
  readonly selfTests: readonly SelfTest[];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

export interface Chosen {
  readonly provider: SoftwareProvider | SdfProvider;
  readonly report: ProviderReport;
}

/** An engine that passed its self-test. */
export interface TestedEngine {
  readonly engine: Engine;
  readonly selfTests: readonly SelfTest[];
  readonly why: readonly string[];
}

/** Where libcryptos are and how one is opened; the system's own unless a test says otherwise. */
interface Natives {
  readonly find: () => readonly string[];
  readonly open: (options: { readonly path: string }) => Engine;
}

const NATIVES: Natives = { find: findLibcrypto, open: openNativeEngine };

/**
 * Opens and tests the provider that was chosen. Only `auto` may come out as another one, and only
 * where no libcrypto was named and none is there that is not refused; else what cannot be opened
 * throws: `unavailable`, `refused_library`, `not_supported`, `invalid_argument`. What computes
 * wrongly throws `self_test_failed` with the algorithms that failed, whatever was chosen.
 */
export async function chooseProvider(options: ChooseOptions): Promise<Chosen> {
  return options.choice === "sdf" ? await chooseDevice(options) : chooseSoftware(options);
}

function chooseSoftware(options: ChooseOptions): Chosen {
  const { choice, keys, onKeysChanged, allowSoftwarePrivateKeys } = options;
  const { engine, selfTests, why } = openEngine(options);
  const provider = new SoftwareProvider(engine, {
    name: engine.name,
    keys,
    allowSoftwarePrivateKeys,
    ...(onKeysChanged === undefined ? {} : { onKeysChanged }),
  });
  const { info } = provider;
  const report = {
    choice,
    chosen: engine.name,
    hardware: false,
    why,
    selfTests,
    notes: info.notes,
    warnings: info.warnings,
  };
  return { provider, report };
}

async function chooseDevice({ choice, sdf, libraryPath, keys }: ChooseOptions): Promise<Chosen> {
  if (!sdf) {
    throw new CryptoError(
      "not_supported",
      "Cannot use a device (crypto.provider = sdf): expected a library that speaks to it",
    );
  }
  if (keys.length > 0) {
    throw new CryptoError(
      "invalid_argument",
      `Cannot give ${keys.length} software keys to a device: expected those it wrapped itself`,
    );
  }
  const tested = openEngine({
    choice: "auto",
    ...(libraryPath === undefined ? {} : { libraryPath }),
  });
  const provider = new SdfProvider({ ...sdf, name: "sdf", engine: tested.engine });
  try {
    const selfTests = await provider.selfTest();
    requirePassed("sdf", selfTests);
    const { notes, warnings } = provider.info;
    const report = {
      choice,
      chosen: "sdf",
      hardware: true,
      why: ["crypto.provider names the device", ...tested.why],
      selfTests,
      notes,
      warnings,
    } as const;
    return { provider, report };
  } catch (error) {
    await provider[Symbol.asyncDispose]();
    throw error;
  }
}

/** The engine alone, for work on files; throws as `chooseProvider` does, for software. */
export function openEngine(
  { choice, libraryPath }: Pick<ChooseOptions, "choice" | "libraryPath">,
  natives: Natives = NATIVES,
): TestedEngine {
  if (choice === "portable") return openPortable(["crypto.provider names it"]);
  const { tested, refusals } = openNative(libraryPath, natives);
  if (tested && choice === "native") {
    return { ...tested, why: ["crypto.provider names it", ...tested.why] };
  }
  if (tested) return tested;
  if (choice === "native" || libraryPath !== undefined) throw cannotOpen(refusals);
  return openPortable([...refusals.map(({ message }) => message), "No libcrypto can be used"]);
}

/** The first that is there and not refused. Throws `self_test_failed` when that one is wrong. */
function openNative(
  libraryPath: string | undefined,
  { find, open }: Natives,
): { readonly tested: TestedEngine | null; readonly refusals: readonly CryptoError[] } {
  const refusals: CryptoError[] = [];
  for (const path of libraryPath === undefined ? find() : [libraryPath]) {
    try {
      const tested = testedEngine(open({ path }), `native ("${path}")`);
      const why = [...refusals.map(({ message }) => message), `Found libcrypto at "${path}"`];
      return { tested: { ...tested, why }, refusals };
    } catch (error) {
      if (!(error instanceof CryptoError) || error.code === "self_test_failed") throw error;
      refusals.push(error);
    }
  }
  return { tested: null, refusals };
}

function openPortable(why: readonly string[]): TestedEngine {
  const engine = portableEngine();
  return { ...testedEngine(engine, engine.name), why };
}

function testedEngine(
  engine: Engine,
  name: string,
): Pick<TestedEngine, "engine" | "selfTests"> {
  try {
    const selfTests = testEngine(engine);
    requirePassed(name, selfTests);
    return { engine, selfTests };
  } catch (error) {
    engine[Symbol.dispose]();
    throw error;
  }
}

/** The weightiest reason: a library that is not there says less than one that is refused. */
function cannotOpen(refusals: readonly CryptoError[]): CryptoError {
  const code = refusals.find(({ code }) => code !== "unavailable")?.code;
  const reasons = refusals.map(({ message }) => message).join("; ");
  return new CryptoError(
    code ?? "unavailable",
    reasons || `Cannot find libcrypto on ${Deno.build.arch}: expected crypto.library to name it`,
  );
}
