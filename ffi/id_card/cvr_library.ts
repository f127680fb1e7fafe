import type { IdCard, IdCardReader } from "../contract.ts";
import type { VendorValue } from "../vendor/contract.ts";
import type { LibraryCall } from "./library_call.ts";
import {
  type FindStep,
  type LibrarySteps,
  type PolledLibraryOptions,
  PolledLibraryReader,
  type ReadStep,
} from "./polled_library.ts";
import { idCardOf, readTextRecord, TEXT_RECORD_BYTES } from "./text_record.ts";

/** Of `CVR_ReadBaseMsg`, without the modes that decode the photo. */
export type CvrEncoding = "ucs2" | "gbk";

export interface CvrLibraryOptions extends PolledLibraryOptions {
  /** 1 to 16: serial port; 1001 to 1016: USB. */
  readonly port: number;
  /** "ucs2" keeps names that GBK has no character for. */
  readonly encoding?: CvrEncoding;
}

const MODES: Readonly<Record<CvrEncoding, number>> = { ucs2: 1, gbk: 2 };
/** `CVR_Authenticate`: 0 library not loaded, 4 not connected; 2 no card, 3 not selected. */
const NOT_CONNECTED: readonly number[] = [0, 4];

/**
 * An ID card reader through the CVR library (华视, termb). Its profile has `CVR_InitComm` with
 * `port`, `CVR_CloseComm`, `CVR_Authenticate`, `CVR_ReadBaseMsg` with `mode` and `text` as bytes,
 * and `CVR_GetSAMID` where the build knows it. Never `CVR_Read_Content`: that one writes text and
 * photo into files.
 */
export async function openCvrLibraryReader(
  options: CvrLibraryOptions,
): Promise<IdCardReader & AsyncDisposable> {
  return await PolledLibraryReader.start(cvrSteps(options), options);
}

function cvrSteps({ library, port, encoding = "ucs2" }: CvrLibraryOptions): LibrarySteps {
  return {
    functionNames: ["CVR_InitComm", "CVR_CloseComm", "CVR_Authenticate", "CVR_ReadBaseMsg"],
    open: async (call) => (await call("CVR_InitComm", { port })).succeeded,
    close: async (call) => void await call("CVR_CloseComm", {}),
    alive: async (call) =>
      !library.has("CVR_GetSAMID") || (await call("CVR_GetSAMID", {})).succeeded,
    find,
    read: (call) => read(call, encoding),
  };
}

async function find(call: LibraryCall): Promise<FindStep> {
  const { succeeded, code } = await call("CVR_Authenticate", {});
  if (succeeded) return "found";
  return code !== null && NOT_CONNECTED.includes(code) ? "defective" : "none";
}

async function read(call: LibraryCall, encoding: CvrEncoding): Promise<ReadStep> {
  const { succeeded, outputs } = await call("CVR_ReadBaseMsg", { mode: MODES[encoding] });
  if (!succeeded) return { kind: "failed" };
  const card = parseCvrText(outputs.text, encoding);
  return card ? { kind: "read", card } : { kind: "unsound" };
}

/**
 * The text of `CVR_ReadBaseMsg`. Assumed: mode 1 gives the 256-byte record as it is, mode 2 the
 * same fields of the same widths in characters, in GBK.
 */
export function parseCvrText(text: VendorValue | undefined, encoding: CvrEncoding): IdCard | null {
  if (!(text instanceof Uint8Array)) return null;
  const record = readTextRecord(encoding === "ucs2" ? text : widened(text));
  return record && idCardOf(record);
}

function widened(text: Uint8Array): Uint8Array {
  const decoded = new TextDecoder("gb18030").decode(text).replaceAll("\0", " ");
  const record = new Uint8Array(TEXT_RECORD_BYTES);
  const view = new DataView(record.buffer);
  for (let at = 0; at < TEXT_RECORD_BYTES / 2; at++) {
    view.setUint16(at * 2, at < decoded.length ? decoded.charCodeAt(at) : 0x20, true);
  }
  return record;
}
