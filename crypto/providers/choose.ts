import type { Engine } from "../engine.ts";
import { CryptoError } from "../errors.ts";
import type { StoredKey } from "../key_store.ts";
import { requirePassed, testEngine } from "../known_answers.ts";
import type { SelfTest } from "../provider.ts";
import { findLibcrypto, openNativeEngine } from "./native.ts";
import { portableEngine } from "./portable.ts";
import { SdfProvider, type SdfProviderOptions } from "./sdf.ts";
import { SoftwareProvider, type SoftwareProviderOptions } from "./software.ts";

export interface ChooseOptions {
  /** `auto`: native where a libcrypto can be trusted, else portable, and the report says why. */
  readonly choice: "auto" | "native" | "portable" | "sdf";
  /** Absolute path of a libcrypto; where systems keep one when absent. */
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
  /** A library that computes wrongly is worth an alarm though another engine took its place. */
  readonly warnings: readonly string[];
}

interface Refusal {
  readonly path: string;
  readonly error: CryptoError;
}

/**
 * Opens and tests the provider that was chosen. Only `auto` may come out as another one; a named one
 * that cannot be opened throws: `unavailable`, `refused_library`, `not_supported`,
 * `invalid_argument`, or `self_test_failed` with the algorithms that failed.
 */
export async function chooseProvider(options: ChooseOptions): Promise<Chosen> {
  return options.choice === "sdf" ? await chooseDevice(options) : chooseSoftware(options);
}

function chooseSoftware(options: ChooseOptions): Chosen {
  const { choice, keys, onKeysChanged, allowSoftwarePrivateKeys } = options;
  const { engine, selfTests, why, warnings } = openEngine(options);
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
    warnings: [...info.warnings, ...warnings],
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
  const tested = openAnyEngine(libraryPath);
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
      warnings: [...warnings, ...tested.warnings],
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
): TestedEngine {
  if (choice === "auto") return openAnyEngine(libraryPath);
  if (choice === "portable") return openPortable(["crypto.provider names it"], []);
  const { tested, refusals } = openNative(libraryPath);
  if (tested) return { ...tested, why: ["crypto.provider names it", ...tested.why] };
  throw cannotOpen(refusals);
}

/** Native where a libcrypto can be trusted, else portable. */
function openAnyEngine(libraryPath: string | undefined): TestedEngine {
  const { tested, refusals } = openNative(libraryPath);
  if (tested) return tested;
  return openPortable(
    [...refusals.map(({ error }) => error.message), "No libcrypto can be used"],
    refusals.filter(({ error }) => error.code === "self_test_failed")
      .map(({ path, error }) => `"${path}": ${error.message}`),
  );
}

function openNative(
  libraryPath: string | undefined,
): { readonly tested: TestedEngine | null; readonly refusals: readonly Refusal[] } {
  const refusals: Refusal[] = [];
  for (const path of libraryPath === undefined ? findLibcrypto() : [libraryPath]) {
    try {
      const tested = testedEngine(openNativeEngine({ path }));
      const why = [...refusals.map(({ error }) => error.message), `Found libcrypto at "${path}"`];
      return { tested: { ...tested, why, warnings: [] }, refusals };
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
      refusals.push({ path, error });
    }
  }
  return { tested: null, refusals };
}

function openPortable(why: readonly string[], warnings: readonly string[]): TestedEngine {
  return { ...testedEngine(portableEngine()), why, warnings };
}

function testedEngine(engine: Engine): Pick<TestedEngine, "engine" | "selfTests"> {
  try {
    const selfTests = testEngine(engine);
    requirePassed(engine.name, selfTests);
    return { engine, selfTests };
  } catch (error) {
    engine[Symbol.dispose]();
    throw error;
  }
}

/** The weightiest reason: a library that is not there says less than one that is refused. */
function cannotOpen(refusals: readonly Refusal[]): CryptoError {
  const code = refusals.find(({ error }) => error.code !== "unavailable")?.error.code;
  const reasons = refusals.map(({ error }) => error.message).join("; ");
  return new CryptoError(
    code ?? "unavailable",
    reasons || `Cannot find libcrypto on ${Deno.build.arch}: expected crypto.library to name it`,
  );
}
