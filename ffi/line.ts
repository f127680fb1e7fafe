/**
 * A wire to a device, as its protocol driver sees it: bytes out, bytes in, nothing else. Real ones
 * are serial ports (`serial/serial_port.ts`); tests put two ends of `line_pair.ts` together.
 * One reader and one writer at a time.
 */
export interface ByteLine extends AsyncDisposable {
  /** As messages name it: "/dev/kiosk/epp". */
  readonly name: string;
  /**
   * Resolves when all bytes are with the system; what a slow device has not taken is waited for.
   * Throws `LineError`: `late` when `timeoutMs` passed, `cancelled`, `gone`, `closed`.
   */
  write(bytes: Uint8Array, options: LineOptions): Promise<void>;
  /**
   * What has arrived, at least one byte, at most 4096; frames are cut anywhere. Null when nothing
   * came in `timeoutMs`. Throws `LineError`: `cancelled`, `gone` when the cable was pulled, `closed`.
   */
  read(options: LineOptions): Promise<Uint8Array | null>;
  /** Drops what has arrived and was not read. */
  discardInput(): void;
  /** Of a port that has them: DSR, CTS and so on; null where there are none (a pty). */
  modemLines(): ModemLines | null;
}

export interface LineOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Inputs of a serial port: true is the active state. */
export interface ModemLines {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly carrier: boolean;
  readonly ring: boolean;
}

export type LineTrouble =
  | "late"
  | "cancelled"
  /** The device is not there any more; the line has to be opened again. */
  | "gone"
  | "closed"
  /** The port could not be opened: no such device, no permission, another process has it. */
  | "unavailable";

export class LineError extends Error {
  override readonly name = "LineError";
  readonly trouble: LineTrouble;

  constructor(trouble: LineTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}

/** Opens the wire anew; a driver calls it at its start and, with back-off, after `gone`. */
export type OpenLine = () => Promise<ByteLine>;
