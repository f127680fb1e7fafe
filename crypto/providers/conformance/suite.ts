import type { SmProvider } from "../../provider.ts";
import { checkAgreement } from "./agreement.ts";
import { checkInputs } from "./inputs.ts";
import { checkKeyLife } from "./key_life.ts";
import { checkKeyWrapping } from "./key_wrapping.ts";
import { checkPublicWork } from "./public_work.ts";
import { checkSymmetricWork } from "./symmetric_work.ts";

/**
 * Registers what every provider must do, and must refuse. `makeProvider` gives a new one each time,
 * with SM2 keys "conformance-sign" and "conformance-decrypt", which a device cannot make itself.
 */
export function conformsTo(name: string, makeProvider: () => Promise<SmProvider>): void {
  const subject = { name, open: makeProvider };
  checkPublicWork(subject);
  checkSymmetricWork(subject);
  checkKeyLife(subject);
  checkKeyWrapping(subject);
  checkAgreement(subject);
  checkInputs(subject);
}
