import type { SmProvider } from "../../../crypto/provider.ts";
import { DEFAULT_USER_ID } from "../../../crypto/sm2.ts";
import type { MessageSigner } from "./wrapper.ts";

/** SM2, usage `sign`: the platform's at the centre for mobile payment; its public half is given in there. */
export const MOBILE_SIGN_KEY = "mobile-insurance-sign";

/** The private key never leaves the provider; `centreKey` is the centre's, 65 bytes. */
export function providerSigner(provider: SmProvider, centreKey: Uint8Array): MessageSigner {
  const options = { userId: DEFAULT_USER_ID };
  return {
    async sign(message) {
      const key = await provider.findKey(MOBILE_SIGN_KEY);
      if (!key) throw new Error(`Cannot sign: the provider has no key "${MOBILE_SIGN_KEY}"`);
      return await provider.sm2Sign(key, message, options);
    },
    verify: (message, signature) => provider.sm2Verify(centreKey, message, signature, options),
  };
}
