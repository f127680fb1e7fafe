import type { PinPad } from "./contract.ts";
import { type PinPadOptions, SerialPinPad } from "./serial_pin_pad.ts";
import { ZT598_PROFILE, type Zt598Profile } from "./zt598_profile.ts";
import { Zt598Protocol } from "./zt598_protocol.ts";

/** `profile` holds what is not as usual. */
export interface Zt598PadOptions extends PinPadOptions {
  readonly profile?: Partial<Zt598Profile>;
}

/** A SZZT ZT598 with its SM chip: 3DES and SM4. */
export async function openZt598Pad(options: Zt598PadOptions): Promise<PinPad & AsyncDisposable> {
  const protocol = new Zt598Protocol({ ...ZT598_PROFILE, ...options.profile });
  const pad = new SerialPinPad(protocol, options);
  await pad.start();
  return pad;
}
