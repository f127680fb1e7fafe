import type { Kysely } from "kysely";
import { findTotpStep } from "../../../../../crypto/totp.ts";
import type { Clock } from "../../../../platform/clock.ts";
import type { Sealer } from "../../../../platform/sealer.ts";
import type { CertificateChallenge, CertificateProof } from "../../certificates/contract.ts";
import type { SecondFactorBody } from "../contract.ts";
import { countRecoveryCodes, findTotp, takeRecoveryCode, takeTotpStep } from "./store.ts";
import { recoveryCodeHash } from "./recovery_codes.ts";
import type { SignInTables } from "../tables.ts";

/** SM2 certificates as a second factor; what answers is the account's only. */
export interface CertificateFactor {
  /** How many of the account's can be used now. */
  count(accountId: string): Promise<number>;
  challenge(accountId: string): Promise<CertificateChallenge>;
  /** False whatever was wrong; a challenge counts once. */
  prove(accountId: string, proof: CertificateProof): Promise<boolean>;
}

export interface SecondFactorDeps {
  readonly db: Kysely<SignInTables>;
  readonly clock: Clock;
  readonly sealer: Sealer;
  /** Absent where no authorities are configured. */
  readonly certificates?: CertificateFactor;
}

export interface HeldFactors {
  readonly totpEnrolledAt: Date | null;
  readonly recoveryCodes: number;
  readonly certificates: number;
}

export type ShownFactor = SecondFactorBody["kind"];

/** As `Sealer` names the column. */
export const TOTP_COLUMN = "totp_factor.secret";

export async function heldFactors(deps: SecondFactorDeps, accountId: string): Promise<HeldFactors> {
  const [totp, recoveryCodes, certificates] = await Promise.all([
    findTotp(deps.db, accountId),
    countRecoveryCodes(deps.db, accountId),
    deps.certificates?.count(accountId) ?? 0,
  ]);
  return { totpEnrolledAt: totp?.enrolled_at ?? null, recoveryCodes, certificates };
}

/** What of them may be shown now; recovery codes stand in for a lost TOTP device. */
export function factorOptions(held: HeldFactors): ShownFactor[] {
  const options: ShownFactor[] = [];
  if (held.totpEnrolledAt) options.push("totp");
  if (held.certificates > 0) options.push("certificate");
  if (options.length > 0 && held.recoveryCodes > 0) options.push("recovery_code");
  return options;
}

/** True once only for a code, a recovery code or an answer to a challenge. */
export async function proveSecondFactor(
  deps: SecondFactorDeps,
  accountId: string,
  body: SecondFactorBody,
): Promise<boolean> {
  switch (body.kind) {
    case "totp":
      return await proveTotp(deps, accountId, body.code);
    case "recovery_code":
      return await proveRecoveryCode(deps, accountId, body.code);
    case "certificate":
      return await deps.certificates?.prove(accountId, body) ?? false;
    default:
      return body satisfies never;
  }
}

async function proveTotp(
  { db, clock, sealer }: SecondFactorDeps,
  accountId: string,
  code: string,
): Promise<boolean> {
  const factor = await findTotp(db, accountId);
  if (!factor) return false;
  const secret = await sealer.open(TOTP_COLUMN, factor.secret_sealed);
  const step = findTotpStep(secret, code, clock.now());
  if (step === null) return false;
  return await db.transaction().execute((tx) => takeTotpStep(tx, accountId, BigInt(step)));
}

async function proveRecoveryCode(
  { db, clock }: SecondFactorDeps,
  accountId: string,
  code: string,
): Promise<boolean> {
  const hash = recoveryCodeHash(accountId, code);
  return await db.transaction().execute((tx) =>
    takeRecoveryCode(tx, { account_id: accountId, hash }, clock.now())
  );
}
