import type { PinPad } from "./contract.ts";
import { KmyProtocol } from "./kmy_protocol.ts";
import { KMY_PROFILE, type KmyProfile } from "./kmy_profile.ts";
import { type PinPadOptions, SerialPinPad } from "./serial_pin_pad.ts";

/** `profile` holds what is not as usual. */
export interface KmyPadOptions extends PinPadOptions {
  readonly profile?: Partial<KmyProfile>;
}

/** A pad of the KMY 3501B/3502 family and its many clones: DES and 3DES only. */
export async function openKmyPad(options: KmyPadOptions): Promise<PinPad & AsyncDisposable> {
  const protocol = new KmyProtocol({ ...KMY_PROFILE, ...options.profile });
  const pad = new SerialPinPad(protocol, options);
  await pad.start();
  return pad;
}
