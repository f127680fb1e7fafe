import type { PinPad } from "./contract.ts";
import { type PinPadOptions, SerialPinPad } from "./serial_pin_pad.ts";
import { XZ_PROFILE, type XzProfile } from "./xz_profile.ts";
import { XzProtocol } from "./xz_protocol.ts";

/** `profile` holds what is not as usual. */
export interface XzPadOptions extends PinPadOptions {
  readonly profile?: Partial<XzProfile>;
}

/** A SUNSON XZ F35 or F31: 3DES and SM4. */
export async function openXzPad(options: XzPadOptions): Promise<PinPad & AsyncDisposable> {
  const protocol = new XzProtocol({ ...XZ_PROFILE, ...options.profile });
  const pad = new SerialPinPad(protocol, options);
  await pad.start();
  return pad;
}
