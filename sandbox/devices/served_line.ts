import { type ByteLine, LineError } from "../../ffi/line.ts";

/** As long as nothing happens on the line, its device is asked again whether it still serves it. */
const LISTEN_MS = 60_000;

/** Hands everything that arrives on a device's end of a line to the device, till the line is gone. */
export async function serveLine(
  line: ByteLine,
  hear: (bytes: Uint8Array) => void | Promise<void>,
): Promise<void> {
  try {
    while (true) {
      const bytes = await line.read({ timeoutMs: LISTEN_MS });
      if (bytes) await hear(bytes);
    }
  } catch (thrown) {
    if (!(thrown instanceof LineError)) throw thrown;
  }
}
