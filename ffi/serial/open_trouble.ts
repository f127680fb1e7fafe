import { LineError } from "../line.ts";
import {
  EACCES,
  EAGAIN,
  EBUSY,
  EIO,
  ENODEV,
  ENOENT,
  ENOTDIR,
  ENOTTY,
  ENXIO,
  EPERM,
} from "./libc.ts";

const NO_DEVICE = "no such device, expected it plugged in and switched on";
const NO_PERMISSION = "no permission, expected this user in the port's group (Debian: dialout)";
const BUSY = "busy, another program has it open";

/** errno of open, flock and tcgetattr, in words for whoever stands before the kiosk. */
const REASONS: ReadonlyMap<number, string> = new Map([
  [ENOENT, NO_DEVICE],
  [ENOTDIR, NO_DEVICE],
  [ENXIO, NO_DEVICE],
  [ENODEV, NO_DEVICE],
  [EIO, "no hardware behind it, expected a port that the board has"],
  [EACCES, NO_PERMISSION],
  [EPERM, NO_PERMISSION],
  [EBUSY, BUSY],
  [EAGAIN, BUSY],
  [ENOTTY, "no serial port, expected a terminal device such as /dev/ttyS1"],
]);

/** `unavailable`, with the reason behind an errno. */
export function openTrouble(path: string, errno: number): LineError {
  return refuseToOpen(path, REASONS.get(errno) ?? `error ${errno}`);
}

export function refuseToOpen(path: string, why: string, options?: ErrorOptions): LineError {
  return new LineError("unavailable", `Cannot open the port "${path}": ${why}`, options);
}
