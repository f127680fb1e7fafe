import type { IdCardReader } from "../contract.ts";
import type { LibraryCall } from "./library_call.ts";
import {
  type FindStep,
  type LibrarySteps,
  type PolledLibraryOptions,
  PolledLibraryReader,
  type ReadStep,
} from "./polled_library.ts";
import { sdtCode } from "./sdt_codes.ts";
import { idCardOf, readTextRecord } from "./text_record.ts";

export interface SdtLibraryOptions extends PolledLibraryOptions {
  /** 1 to 16: serial port; 1001 to 1016: USB. */
  readonly port: number;
}

/** `iIfOpen`: the library leaves the port as it is, opening it is ours. */
const PORT_IS_OPEN = 0;
const FUNCTION_NAMES = [
  "SDT_OpenPort",
  "SDT_ClosePort",
  "SDT_StartFindIDCard",
  "SDT_SelectIDCard",
  "SDT_ReadBaseMsg",
];

/**
 * An ID card reader through the SDT library of its maker (公安部 sdtapi). Its profile has
 * `SDT_OpenPort`, `SDT_ClosePort`, `SDT_GetSAMStatus`, `SDT_StartFindIDCard`, `SDT_SelectIDCard`
 * and `SDT_ReadBaseMsg` with `port`, all but the first two with `ifOpen`, and `text` as bytes.
 */
export async function openSdtLibraryReader(
  options: SdtLibraryOptions,
): Promise<IdCardReader & AsyncDisposable> {
  return await PolledLibraryReader.start(sdtSteps(options), options);
}

interface Place {
  readonly [name: string]: number;
  readonly port: number;
  readonly ifOpen: number;
}

function sdtSteps({ library, port }: SdtLibraryOptions): LibrarySteps {
  const place = { port, ifOpen: PORT_IS_OPEN };
  return {
    functionNames: FUNCTION_NAMES,
    open: async (call) => (await call("SDT_OpenPort", { port })).succeeded,
    close: async (call) => void await call("SDT_ClosePort", { port }),
    alive: async (call) =>
      !library.has("SDT_GetSAMStatus") || (await call("SDT_GetSAMStatus", place)).succeeded,
    find: (call) => find(call, place),
    read: (call) => read(call, place),
  };
}

async function find(call: LibraryCall, place: Place): Promise<FindStep> {
  const { succeeded, code } = await call("SDT_StartFindIDCard", place);
  if (succeeded) return "found";
  return isDefective(code) ? "defective" : "none";
}

async function read(call: LibraryCall, place: Place): Promise<ReadStep> {
  const selected = await call("SDT_SelectIDCard", place);
  if (!selected.succeeded) return failed(selected.code);
  const { succeeded, code, outputs: { text } } = await call("SDT_ReadBaseMsg", place);
  if (!succeeded) return failed(code);
  const record = text instanceof Uint8Array ? readTextRecord(text) : null;
  return record ? { kind: "read", card: idCardOf(record) } : { kind: "unsound" };
}

function failed(code: number | null): ReadStep {
  return { kind: isDefective(code) ? "defective" : "failed" };
}

function isDefective(code: number | null): boolean {
  return code !== null && sdtCode(code).outcome === "defective";
}
