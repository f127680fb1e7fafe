import { resolve } from "node:path";
import type { CommandOptions } from "../contract.ts";
import type { VendorLibrary, VendorReply, VendorValue } from "./contract.ts";
import { HostKeeper } from "./host_keeper.ts";
import { type HostProcess, LATE } from "./host_process.ts";
import { requireInputs } from "./inputs.ts";
import { loadVendorProfile, type VendorProfile } from "./profile.ts";
import { Turns } from "./turns.ts";
import { makeWorkFolder, removeWorkFolder } from "./work_folder.ts";

export interface HostedLibraryOptions {
  readonly profilePath: string;
  /** Of the same binary: `["yikatong", "device-host"]`, or what runs it from source. */
  readonly command: readonly string[];
  /** What the profile's LD_LIBRARY_PATH is called for `command`, which then sets it itself. */
  readonly loaderPathName?: string;
  /** On tmpfs, made and wiped by us; nobody else's. */
  readonly workFolder: string;
  /** For the device's log: what happened to the process, never a value of a call. */
  readonly onTrouble?: (story: string) => void;
  /** Waits before the next start after the first, second, … end in a row; the last one for good. */
  readonly backOffMs?: readonly number[];
}

/** The first crash of a library that worked costs no wait. */
const BACK_OFF_MS: readonly number[] = [0, 1_000, 5_000, 15_000, 60_000];

/**
 * Opens a vendor's library in a process of its own and keeps it there: it is started again forever,
 * with back-off. Comes up `offline` and tells `up` when the library is loaded; a call meanwhile
 * waits for that as long as it may. Throws `ProfileError`, or for a work folder that is not ours.
 */
export async function openHostedLibrary(options: HostedLibraryOptions): Promise<VendorLibrary> {
  const profile = await loadVendorProfile(options.profilePath);
  const workFolder = resolve(options.workFolder);
  const owned = await makeWorkFolder(workFolder);
  return new HostedLibrary(profile, { ...options, workFolder, owned });
}

type Inputs = Readonly<Record<string, VendorValue>>;
type Work = (bounds: { readonly signal: AbortSignal; readonly deadlineMs: number }) => Promise<
  VendorReply
>;

const OFFLINE: VendorReply = { kind: "lost", reason: "offline" };

class HostedLibrary implements VendorLibrary {
  readonly #profile: VendorProfile;
  readonly #workFolder: string;
  /** The work folder is ours as long as this is not disposed. */
  readonly #owned: Disposable;
  readonly #keeper: HostKeeper;
  readonly #turns = new Turns();

  constructor(
    profile: VendorProfile,
    options: HostedLibraryOptions & { readonly owned: Disposable },
  ) {
    const { onTrouble = () => {}, backOffMs = BACK_OFF_MS } = options;
    this.#profile = profile;
    this.#workFolder = options.workFolder;
    this.#owned = options.owned;
    const told = new Set<string>();
    const onOddResult = (name: string) => {
      if (told.has(name)) return;
      told.add(name);
      onTrouble(`Profile of "${profile.name}": the result of "${name}" is no i64, expected i32`);
    };
    const profilePath = resolve(options.profilePath);
    this.#keeper = new HostKeeper({
      ...options,
      profile,
      profilePath,
      onTrouble,
      onOddResult,
      backOffMs,
    });
  }

  get name(): string {
    return this.#profile.name;
  }

  get condition(): "online" | "offline" {
    return this.#keeper.isOnline ? "online" : "offline";
  }

  subscribe(listener: (event: "up" | "down") => void): () => void {
    return this.#keeper.subscribe(listener);
  }

  has(functionName: string): boolean {
    return this.#keeper.functions.includes(functionName);
  }

  async call(functionName: string, inputs: Inputs, options: CommandOptions): Promise<VendorReply> {
    return await this.#bounded({ functionName, inputs, options }, async (bounds) => {
      using turn = await this.#turns.takeUnless(bounds.signal);
      const host = turn && await this.#keeper.find(bounds.signal);
      return host ? await host.call(functionName, inputs, bounds) : OFFLINE;
    });
  }

  async together<Value>(
    work: (library: Pick<VendorLibrary, "call">) => Promise<Value>,
  ): Promise<Value> {
    using _turn = await this.#turns.take();
    const turns = new Turns();
    let host: HostProcess | null = null;
    let isOver = false;
    const call: VendorLibrary["call"] = async (functionName, inputs, options) => {
      if (isOver) throw new Error(`Cannot call "${functionName}": its sequence is over`);
      return await this.#bounded({ functionName, inputs, options }, async (bounds) => {
        using turn = await turns.takeUnless(bounds.signal);
        // A process started meanwhile knows nothing of this sequence: there is no second one.
        host ??= turn && await this.#keeper.find(bounds.signal);
        return turn && host ? await host.call(functionName, inputs, bounds) : OFFLINE;
      });
    };
    try {
      return await work({ call });
    } finally {
      isOver = true;
    }
  }

  async endSession(): Promise<void> {
    using _turn = await this.#turns.take();
    await this.#keeper.wipe();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper[Symbol.asyncDispose]();
    await removeWorkFolder(this.#workFolder);
    this.#owned[Symbol.dispose]();
  }

  /** The caller's time covers the wait for its turn and for the process; the profile's the call. */
  async #bounded(
    { functionName, inputs, options }: {
      readonly functionName: string;
      readonly inputs: Inputs;
      readonly options: CommandOptions;
    },
    work: Work,
  ): Promise<VendorReply> {
    const fn = this.#profile.functions[functionName];
    if (!fn) throw new TypeError(`Cannot call "${functionName}": not in profile "${this.name}"`);
    requireInputs(functionName, fn, inputs);
    if (!this.has(functionName)) return OFFLINE;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(LATE), options.timeoutMs);
    const signal = AbortSignal.any([options.signal, late.signal]);
    try {
      const reply = await work({ signal, deadlineMs: fn.deadlineMs });
      if (reply.kind === "returned" || !signal.aborted) return reply;
      return { kind: "lost", reason: signal.reason === LATE ? "timeout" : "cancelled" };
    } finally {
      clearTimeout(timer);
    }
  }
}
