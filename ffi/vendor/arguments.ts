import type { VendorValue } from "./contract.ts";
import { GuardedMemory } from "./guarded_memory.ts";
import type { Handles } from "./handles.ts";
import { requireInputs } from "./inputs.ts";
import type { TextEncodingName, VendorFunction, VendorParameter } from "./profile.ts";
import { decodeText, encodeText } from "./text_encoding.ts";

type Native = Deno.ToNativeType;
type Inputs = Readonly<Record<string, VendorValue>>;

interface Argument {
  readonly native: Native;
  readonly memory: GuardedMemory | null;
}

export interface MarshalOptions {
  readonly encoding: TextEncodingName;
  readonly handles: Handles;
}

const U32_BYTES = 4;
const POINTER_BYTES = 8;
const LITTLE_ENDIAN = true;

/** The arguments of one call, in memory that is watched; `wipe` when nobody reads them any more. */
export class CallArguments {
  readonly #fn: VendorFunction;
  readonly #options: MarshalOptions;
  readonly #arguments: readonly Argument[];

  /** Throws a `TypeError` for inputs that do not fit. */
  constructor(called: string, fn: VendorFunction, given: MarshalOptions & { inputs: Inputs }) {
    requireInputs(called, fn, given.inputs);
    this.#fn = fn;
    this.#options = given;
    this.#arguments = fn.parameters.map((parameter) => this.#argument(parameter, given.inputs));
  }

  get native(): Native[] {
    return this.#arguments.map(({ native }) => native);
  }

  /** False when the library wrote outside, or says that it wrote more than there is room for. */
  get isIntact(): boolean {
    const isWhole = this.#arguments.every(({ memory }) => memory?.isIntact ?? true);
    return isWhole &&
      this.#fn.parameters.every((parameter, at) =>
        parameter.kind !== "in-out length" || this.#u32(at) <= this.#sizeOf(parameter.of)
      );
  }

  /** Read them only when everything is intact. */
  outputs(): Record<string, VendorValue> {
    const named = this.#fn.parameters.flatMap((parameter, at) => {
      const value = this.#output(parameter, at);
      return value === null || !("name" in parameter) ? [] : [[parameter.name, value] as const];
    });
    return Object.fromEntries(named);
  }

  wipe(): void {
    for (const { memory } of this.#arguments) memory?.wipe();
  }

  #argument(parameter: VendorParameter, inputs: Inputs): Argument {
    const value = "name" in parameter ? inputs[parameter.name] : undefined;
    switch (parameter.kind) {
      case "in text":
        return pointTo(encodeText(String(value), parameter.encoding ?? this.#options.encoding));
      case "in bytes":
        return pointTo(value instanceof Uint8Array ? value : new Uint8Array(0));
      case "in i16":
      case "in i32":
      case "in u8":
      case "in u32":
        return { native: Number(value), memory: null };
      case "in handle":
        return { native: this.#options.handles.find(String(value)), memory: null };
      case "constant":
        return { native: parameter.value, memory: null };
      case "constant text":
        return pointTo(encodeText(parameter.value, this.#options.encoding));
      case "null":
        return { native: null, memory: null };
      case "out text":
      case "out bytes":
      case "out unread":
        return pointTo(new Uint8Array(parameter.bufferBytes));
      case "out i32":
        return pointTo(new Uint8Array(U32_BYTES));
      case "out handle":
        return pointTo(new Uint8Array(POINTER_BYTES));
      case "in-out length":
        return pointTo(new Uint8Array(Uint32Array.of(this.#sizeOf(parameter.of)).buffer));
    }
  }

  #output(parameter: VendorParameter, at: number): VendorValue | null {
    const bytes = this.#arguments[at]?.memory?.bytes;
    if (!bytes) return null;
    switch (parameter.kind) {
      case "out text":
        return decodeText(bytes, parameter.encoding ?? this.#options.encoding);
      case "out bytes":
        return bytes.slice(0, this.#lengthOf(parameter.name));
      case "out i32":
        return viewOf(bytes).getInt32(0, LITTLE_ENDIAN);
      case "out handle":
        return this.#options.handles.keep(viewOf(bytes).getBigUint64(0, LITTLE_ENDIAN));
      default:
        return null;
    }
  }

  /** How much of an output was filled, where the library tells. */
  #lengthOf(output: string): number {
    const at = this.#fn.parameters.findIndex((each) =>
      each.kind === "in-out length" && each.of === output
    );
    return at < 0 ? this.#sizeOf(output) : this.#u32(at);
  }

  #sizeOf(output: string): number {
    const found = this.#fn.parameters.find((each) => "name" in each && each.name === output);
    return found && "bufferBytes" in found ? found.bufferBytes : 0;
  }

  #u32(at: number): number {
    const bytes = this.#arguments[at]?.memory?.bytes;
    return bytes ? viewOf(bytes).getUint32(0, LITTLE_ENDIAN) : 0;
  }
}

/** Inputs are watched as well: a library that writes into them knows their size no better. */
function pointTo(content: Uint8Array): Argument {
  const memory = new GuardedMemory(content.length);
  memory.bytes.set(content);
  return { native: memory.bytes, memory };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** How Deno is told the C types of a function's parameters. */
export function nativeTypes(fn: VendorFunction): Deno.NativeType[] {
  return fn.parameters.map((parameter) => {
    switch (parameter.kind) {
      case "in i16":
        return "i16";
      case "in i32":
        return "i32";
      case "in u8":
        return "u8";
      case "in u32":
        return "u32";
      case "constant":
        return parameter.as;
      case "in handle":
      case "null":
        return "pointer";
      default:
        return "buffer";
    }
  });
}
