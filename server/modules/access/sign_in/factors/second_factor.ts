import type { Kysely } from "kysely";
import { findTotpStep } from "../../../../../crypto/totp.ts";
import type { Clock } from "../../../../platform/clock.ts";
import { keyValues, rowIdOf } from "../../../../platform/row_place.ts";
import type { RowTags } from "../../../../platform/row_tags.ts";
import type { Sealer } from "../../../../platform/sealer.ts";
import {
  isUnchanged,
  type TaggedRow,
  type TaggedTable,
  tagOf,
} from "../../../../platform/tagged_table.ts";
import type { CertificateChallenge, CertificateProof } from "../../certificates/contract.ts";
import type { SecondFactorBody } from "../contract.ts";
import {
  countRecoveryCodes,
  findRecoveryCode,
  findTotp,
  takeRecoveryCode,
  takeTotpStep,
} from "./store.ts";
import { recoveryCodeHash } from "./recovery_codes.ts";
import type { BrokenRows } from "../../rights/broken_rows.ts";
import type { SignInTables } from "../tables.ts";
import { RECOVERY_CODE_TAGGED, TOTP_TAGGED } from "../tagged_rows.ts";

/** SM2 certificates as a second factor; what answers is the account's only. */
export interface CertificateFactor {
  /** How many of the account's can be used now. */
  count(accountId: string): Promise<number>;
  challenge(of: FactorOf): Promise<CertificateChallenge>;
  /** False whatever was wrong; a challenge counts once, and for what it was made in. */
  prove(of: FactorOf, proof: CertificateProof): Promise<boolean>;
}

export interface FactorOf {
  readonly accountId: string;
  /** The sign-in attempt or session it is shown in. */
  readonly boundTo: string;
}

export interface SecondFactorDeps {
  readonly db: Kysely<SignInTables>;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly rowTags: RowTags;
  readonly brokenRows: BrokenRows;
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
  of: FactorOf,
  body: SecondFactorBody,
): Promise<boolean> {
  const { accountId } = of;
  switch (body.kind) {
    case "totp":
      return await proveTotp(deps, accountId, body.code);
    case "recovery_code":
      return await proveRecoveryCode(deps, accountId, body.code);
    case "certificate":
      return await deps.certificates?.prove(of, body) ?? false;
    default:
      return body satisfies never;
  }
}

async function proveTotp(
  deps: SecondFactorDeps,
  accountId: string,
  code: string,
): Promise<boolean> {
  const { db, clock, sealer, rowTags } = deps;
  const before = await findTotp(db, accountId);
  if (!before || !await isOurs(deps, { tagged: TOTP_TAGGED, row: before })) return false;
  const step = findTotpStep(
    await sealer.open(TOTP_COLUMN, before.secret_sealed),
    code,
    clock.now(),
  );
  if (step === null || BigInt(step) <= before.last_step) return false;
  const after = { ...before, last_step: BigInt(step) };
  const tag = await tagOf(rowTags, TOTP_TAGGED, after);
  return await db.transaction().execute((tx) => takeTotpStep(tx, { ...after, tag }, before));
}

async function proveRecoveryCode(
  deps: SecondFactorDeps,
  accountId: string,
  code: string,
): Promise<boolean> {
  const { db, clock, rowTags } = deps;
  const before = await findRecoveryCode(db, accountId, recoveryCodeHash(accountId, code));
  if (!before || !await isOurs(deps, { tagged: RECOVERY_CODE_TAGGED, row: before })) return false;
  const after = { ...before, used_at: clock.now() };
  const tag = await tagOf(rowTags, RECOVERY_CODE_TAGGED, after);
  return await db.transaction().execute((tx) => takeRecoveryCode(tx, { ...after, tag }));
}

/** A factor somebody wrote into proves nothing; that the account has one still counts. */
async function isOurs<Column extends string>(
  { db, rowTags, brokenRows }: SecondFactorDeps,
  of: { readonly tagged: TaggedTable<Column>; readonly row: TaggedRow<Column> },
): Promise<boolean> {
  if (await isUnchanged(db, rowTags, of)) return true;
  const rowId = rowIdOf(keyValues(of.tagged.key, of.row));
  await brokenRows.tell([{ table: of.tagged.table, rowId }]);
  return false;
}
