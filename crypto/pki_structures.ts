import { fromBER } from "asn1js";
import { AlgorithmIdentifier, PublicKeyInfo, RelativeDistinguishedNames } from "pkijs";
import { type DistinguishedName, writeName } from "./certificate_names.ts";
import { publicKeyToDer } from "./key_der.ts";
import { writeSignatureAlgorithm } from "./signed_der.ts";

/**
 * The parts of certificates and requests as PKI.js takes them. It writes for us and does not read:
 * its reader passes over bytes behind the end, elements too many and lengths that are no DER, and
 * takes a path length of -1. Its crypto engine knows no SM2 and is not asked.
 */

/** Built from our bytes, because it would put all attributes of a name into one set. */
export function pkiName(name: DistinguishedName | Uint8Array): RelativeDistinguishedNames {
  const der = name instanceof Uint8Array ? name : writeName(name);
  return new RelativeDistinguishedNames({ schema: fromBER(der).result });
}

export function pkiPublicKey(publicKey: Uint8Array): PublicKeyInfo {
  return new PublicKeyInfo({ schema: fromBER(publicKeyToDer(publicKey)).result });
}

export function pkiSignatureAlgorithm(): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ schema: fromBER(writeSignatureAlgorithm()).result });
}
