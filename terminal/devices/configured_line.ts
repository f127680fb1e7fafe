import { realKernelPath } from "../../ffi/kernel_files.ts";
import type { OpenLine } from "../../ffi/line.ts";
import { openSerialPort, type SerialPortOptions } from "../../ffi/serial/serial_port.ts";

/** What a line is set to where the configuration leaves it out: as the device leaves its factory. */
export type LineDefaults = Pick<SerialPortOptions, "baud" | "parity">;

export interface SerialSettings {
  readonly path: string;
  readonly baud?: number | undefined;
  readonly parity?: SerialPortOptions["parity"] | undefined;
  readonly data_bits?: SerialPortOptions["dataBits"] | undefined;
  readonly stop_bits?: SerialPortOptions["stopBits"] | undefined;
}

const LOCK_FOLDER = "/run/lock";
const PTYS = "/dev/pts/";

export function lineOf(settings: SerialSettings, defaults: LineDefaults): OpenLine {
  return async () => {
    const lockFolder = await findLockFolder(settings.path);
    return await openSerialPort({
      ...portOptionsOf(settings, defaults),
      ...(lockFolder !== null && { lockFolder }),
    });
  };
}

export function portOptionsOf(
  { path, baud, parity, data_bits: dataBits, stop_bits: stopBits }: SerialSettings,
  defaults: LineDefaults,
): SerialPortOptions {
  return {
    ...defaults,
    path,
    ...(baud !== undefined && { baud }),
    ...(parity !== undefined && { parity }),
    ...(dataBits !== undefined && { dataBits }),
    ...(stopBits !== undefined && { stopBits }),
  };
}

/**
 * Where modem managers and terminal programs look whether a port is taken. Null for a pty, which
 * none of them looks for, and where this user may not write there: the port's own lock is left.
 */
export async function findLockFolder(path: string, folder = LOCK_FOLDER): Promise<string | null> {
  try {
    if ((await realKernelPath(path)).startsWith(PTYS)) return null;
    // Tried, since what Deno tells of access is not the system's word for every user.
    await Deno.remove(await Deno.makeTempFile({ dir: folder, prefix: "yikatong-" }));
    return folder;
  } catch {
    return null;
  }
}
