import type { CertificateChallenge } from "../../../server/modules/access/certificates/contract.ts";
import type {
  SecondFactorBody,
  SecondFactorState,
} from "../../../server/modules/access/sign_in/contract.ts";

export type SecondFactor = SecondFactorBody["kind"];

/** Which of one's factors is being shown. */
export interface FactorChoice {
  readonly options: readonly SecondFactor[];
  readonly chosen: SecondFactor;
  /** What the certificate's key has to sign; null until it is there. */
  readonly challenge: CertificateChallenge | null;
}

/** Of what was typed: a code, or the signature; null while there is nothing to sign. */
export function proofOf(
  { chosen, challenge }: Pick<FactorChoice, "chosen" | "challenge">,
  typed: string,
): SecondFactorBody | null {
  if (chosen !== "certificate") return { kind: chosen, code: typed };
  return challenge && { kind: chosen, challengeId: challenge.id, signature: typed };
}

/** In the order they are offered: recovery codes last, since they run out. */
export function optionsOf(state: SecondFactorState): readonly SecondFactor[] {
  const { totpEnrolledAt, certificates, recoveryCodesLeft } = state;
  const options: readonly (SecondFactor | false)[] = [
    totpEnrolledAt !== null && "totp",
    certificates > 0 && "certificate",
    recoveryCodesLeft > 0 && "recovery_code",
  ];
  return options.filter((option) => option !== false);
}
