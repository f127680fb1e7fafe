import { businessDay } from "../../platform/clock.ts";
import type { Outcome } from "../../platform/outcome.ts";
import type { IdentifyBody, IdentifyReply } from "./contract.ts";
import type { Certificate, CredentialKind } from "./person.ts";

/** Whom a credential names, before HIS is asked. */
export interface Recognised {
  readonly kind: CredentialKind;
  readonly name: string;
  readonly idNumber: string;
  /** What the blind index of this medium is made of. */
  readonly mediumNumber: string;
  /** As printed on a card, to find its holder by; null for media without one. */
  readonly cardNumber: string | null;
  readonly certificate: Certificate;
}

export type Recognition =
  | { readonly kind: "person"; readonly person: Recognised }
  | Extract<IdentifyReply, { kind: "not_recognised" | "unavailable" }>;

/** Ports to the parties that know codes; wired at the root. */
export interface RecogniseDeps {
  readonly classifyCode: (
    code: string,
  ) =>
    | "insurance_voucher"
    | "essc"
    | "health_code"
    | "payment_code"
    | "essc_payment_code"
    | "unrecognised";
  /** The token it gives is bound to the service. */
  readonly decodeVoucher: (
    code: string,
    service: NonNullable<IdentifyBody["service"]>,
  ) => Promise<Outcome<{ name: string; idNumber: string; ecToken: string }>>;
  readonly decodeCitizenCode: (
    code: string,
  ) => Promise<Outcome<{ name: string; idNumber: string }>>;
}

/** Finds out who presents a credential (R-IDN-01). */
export async function recognise(
  deps: RecogniseDeps,
  { credential, service }: Pick<IdentifyBody, "credential" | "service">,
  now: Date,
): Promise<Recognition> {
  switch (credential.kind) {
    case "social_security_card":
      return person("social_security_card", {
        name: credential.name,
        idNumber: credential.socialSecurityNumber,
        mediumNumber: credential.cardIdentifier,
        cardNumber: credential.cardNumber,
        certificate: {
          type: "03",
          number: credential.cardNumber,
          cardIdentifier: credential.cardIdentifier,
        },
      });
    case "id_card":
      if (isOver(credential.validUntil, now)) return notRecognised("card_expired");
      return person("id_card", idCardPerson(credential.name, credential.idNumber));
    case "insurance_face":
      return person("insurance_face", tokenPerson({ ...credential, ecToken: credential.token }));
    case "scanned_code":
      return await recogniseCode(deps, { code: credential.code, service });
    default:
      return credential satisfies never;
  }
}

async function recogniseCode(
  deps: RecogniseDeps,
  { code, service }: { readonly code: string; readonly service: IdentifyBody["service"] },
): Promise<Recognition> {
  const kind = deps.classifyCode(code);
  // Codes that pay name nobody to us.
  if (kind === "payment_code" || kind === "essc_payment_code" || kind === "unrecognised") {
    return notRecognised("unknown_code");
  }
  if (kind === "insurance_voucher") {
    const decoded = await deps.decodeVoucher(code, service ?? "pay");
    if (decoded.kind !== "done") return notDecoded(decoded, "insurance");
    return person(kind, tokenPerson(decoded.value));
  }
  const decoded = await deps.decodeCitizenCode(code);
  if (decoded.kind !== "done") return notDecoded(decoded, "citizen_code");
  return person(kind, idCardPerson(decoded.value.name, decoded.value.idNumber));
}

interface TokenHolder {
  readonly name: string;
  readonly idNumber: string;
  readonly ecToken: string;
}

function tokenPerson({ name, idNumber, ecToken }: TokenHolder): Omit<Recognised, "kind"> {
  return {
    name,
    idNumber,
    mediumNumber: idNumber,
    cardNumber: null,
    certificate: { type: "01", number: ecToken, cardIdentifier: null },
  };
}

function idCardPerson(name: string, idNumber: string): Omit<Recognised, "kind"> {
  return {
    name,
    idNumber,
    mediumNumber: idNumber,
    cardNumber: null,
    certificate: { type: "02", number: idNumber, cardIdentifier: null },
  };
}

function person(kind: CredentialKind, rest: Omit<Recognised, "kind">): Recognition {
  return { kind: "person", person: { kind, ...rest } };
}

function notDecoded(
  outcome: Exclude<Outcome<unknown>, { kind: "done" }>,
  party: "insurance" | "citizen_code",
): Recognition {
  if (outcome.kind !== "refused") return { kind: "unavailable", party };
  return notRecognised(/expired/.test(outcome.code) ? "expired_code" : "unknown_code");
}

function notRecognised(
  reason: Extract<IdentifyReply, { kind: "not_recognised" }>["reason"],
): Recognition {
  return { kind: "not_recognised", reason };
}

/** `yyyyMMdd`, or 长期 which never ends. */
function isOver(validUntil: string, now: Date): boolean {
  return /^\d{8}$/.test(validUntil) && validUntil < businessDay(now).replaceAll("-", "");
}
