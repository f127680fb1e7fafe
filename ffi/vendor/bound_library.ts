import { CallArguments, type MarshalOptions, nativeTypes } from "./arguments.ts";
import type { VendorValue } from "./contract.ts";
import { HandleGone, Handles } from "./handles.ts";
import { hasSymbol, type HostLibc, loadNow } from "./host_libc.ts";
import { LibraryError } from "./library_error.ts";
import type { VendorFunction, VendorProfile } from "./profile.ts";
import { decodeText } from "./text_encoding.ts";

type Inputs = Readonly<Record<string, VendorValue>>;
type Native = Deno.ToNativeType;
type NativeResult = Deno.FromNativeResultType;
type NativeFunction = (...args: Native[]) => NativeResult | Promise<NativeResult>;

/** What a call inside the host process comes to. */
export type BoundReply =
  | {
    readonly kind: "returned";
    readonly succeeded: boolean;
    readonly code: number | null;
    readonly outputs: Readonly<Record<string, VendorValue>>;
    /** The profile says `i64` where the library returns `int`: its upper half is whatever was there. */
    readonly hasOddResult: boolean;
  }
  | { readonly kind: "overrun" }
  | { readonly kind: "handle_gone" };

/** A library loaded into this very process: only the host does that. */
export class BoundLibrary {
  /** By the profile's names, those that this build exports. */
  readonly functionNames: readonly string[];
  readonly #profile: VendorProfile;
  readonly #options: MarshalOptions & { readonly libc: HostLibc };
  readonly #native: Readonly<Record<string, NativeFunction>>;

  /** Throws when a file cannot be loaded or lacks a function that is not optional. */
  constructor(profile: VendorProfile, libc: HostLibc) {
    this.#profile = profile;
    this.#options = { encoding: profile.encoding, handles: new Handles(), libc };
    for (const path of profile.preload) loadNow(libc, path, { global: true });
    const handle = loadNow(libc, profile.library, { global: false });
    const functions = Object.entries(profile.functions);
    const present = functions.filter(([, { symbol }]) => hasSymbol(libc, handle, symbol));
    requireAll(profile, present.map(([name]) => name));
    this.functionNames = present.map(([name]) => name);
    this.#native = profile.thread === "main"
      ? openOnMainThread(profile.library, present)
      : openOnPool(profile.library, present);
  }

  /** One call at a time. Throws a `TypeError` for a call that does not fit the profile. */
  async call(name: string, inputs: Inputs): Promise<BoundReply> {
    const fn = this.#profile.functions[name];
    const native = this.#native[name];
    if (!fn || !native) throw new TypeError(`Cannot call "${name}": the library has it not`);
    try {
      const args = new CallArguments(name, fn, { ...this.#options, inputs });
      const result = await native(...args.native);
      if (!args.isIntact) return { kind: "overrun" };
      const reply = this.#reply(fn, result, args.outputs());
      args.wipe();
      return reply;
    } catch (thrown) {
      if (thrown instanceof HandleGone) return { kind: "handle_gone" };
      throw thrown;
    }
  }

  #reply(
    fn: VendorFunction,
    result: NativeResult,
    outputs: Record<string, VendorValue>,
  ): BoundReply {
    if (fn.result.kind === "text") {
      const text = this.#textAt(result, fn.result);
      const all = text === null ? outputs : { ...outputs, [fn.result.name]: text };
      const succeeded = isSuccessfulText(fn, text);
      return { kind: "returned", succeeded, code: null, outputs: all, hasOddResult: false };
    }
    if (fn.result.kind === "none") {
      return { kind: "returned", succeeded: true, code: null, outputs, hasOddResult: false };
    }
    const whole = typeof result === "bigint" ? result : BigInt(Number(result));
    const code = Number(BigInt.asIntN(32, whole));
    const hasOddResult = BigInt(code) !== whole;
    return { kind: "returned", succeeded: isSuccess(fn, code), code, outputs, hasOddResult };
  }

  /** Null for NULL; a pointer that is none ends this process, which is what it is for. */
  #textAt(result: NativeResult, { bufferBytes, encoding }: TextResult): string | null {
    if (typeof result !== "object" || result === null || result instanceof Uint8Array) return null;
    const length = this.#options.libc.strnlen(result, BigInt(bufferBytes));
    const bytes = new Uint8Array(Number(length));
    new Deno.UnsafePointerView(result).copyInto(bytes);
    const text = decodeText(bytes, encoding ?? this.#options.encoding);
    bytes.fill(0);
    return text;
  }
}

type TextResult = Extract<VendorFunction["result"], { kind: "text" }>;

function requireAll(profile: VendorProfile, present: readonly string[]): void {
  const missing = Object.entries(profile.functions)
    .filter(([name, { optional }]) => !optional && !present.includes(name))
    .map(([, { symbol }]) => symbol);
  if (missing.length === 0) return;
  throw new LibraryError(
    `Cannot find ${missing.join(", ")} in "${profile.library}", expected by the profile`,
    { kind: "no_symbols", symbols: [...new Set(missing)] },
  );
}

type Present = readonly (readonly [string, VendorFunction])[];

function openOnPool(library: string, present: Present): Readonly<Record<string, NativeFunction>> {
  const symbols = present.map(([name, fn]) =>
    [name, { ...signatureOf(fn), nonblocking: true as const }] as const
  );
  return Deno.dlopen(library, Object.fromEntries(symbols)).symbols;
}

function openOnMainThread(
  library: string,
  present: Present,
): Readonly<Record<string, NativeFunction>> {
  const symbols = present.map(([name, fn]) => [name, signatureOf(fn)] as const);
  return Deno.dlopen(library, Object.fromEntries(symbols)).symbols;
}

function signatureOf(fn: VendorFunction) {
  const result: Deno.NativeResultType = fn.result.kind === "text"
    ? "pointer"
    : fn.result.kind === "none"
    ? "void"
    : fn.result.kind;
  return { name: fn.symbol, parameters: nativeTypes(fn), result };
}

function isSuccess({ success }: VendorFunction, code: number): boolean {
  if ("equals" in success) return code === success.equals;
  if ("atLeast" in success) return code >= success.atLeast;
  if ("oneOf" in success) return success.oneOf.includes(code);
  return "always" in success;
}

function isSuccessfulText({ success }: VendorFunction, text: string | null): boolean {
  if (!("text" in success)) return "always" in success;
  return success.text === "given" ? text !== null && text !== "" : text === success.value;
}
