import type { Transaction } from "kysely";
import { findTotpStep, newTotpSecret, otpauthUrl } from "../../../../crypto/totp.ts";
import { DomainError } from "../../../platform/errors.ts";
import { tagOf } from "../../../platform/tagged_table.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { Caller } from "../caller.ts";
import { actorOf } from "./begin_session.ts";
import { newRecoveryCodes, recoveryCodeHash } from "./factors/recovery_codes.ts";
import { TOTP_COLUMN } from "./factors/second_factor.ts";
import { findTotp, keepTotp, type RecoveryCodeRow, replaceRecoveryCodes } from "./factors/store.ts";
import { requireOpenSession } from "./sessions/change_session.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";
import { type AccountForSignIn, deleteAttempts, lockAccount } from "./store.ts";
import type { SignInTables } from "./tables.ts";
import { RECOVERY_CODE_TAGGED, TOTP_TAGGED } from "./tagged_rows.ts";

/** Where a new secret waits for its first code, as `Sealer` names the columns. */
const PENDING_COLUMNS = {
  attempt: "sign_in_attempt.secret",
  session: "console_session.secret",
} as const;

type PendingIn = keyof typeof PENDING_COLUMNS;

const ISSUER = "医卡通";

export interface NewTotp {
  readonly otpauthUrl: string;
  readonly secret: string;
  /** As it waits for its first code. */
  readonly sealed: Uint8Array;
}

export interface PendingTotp {
  readonly secret: string;
  /** Of the code that was shown, which is used up with it. */
  readonly step: number;
}

export async function makeTotp(
  { sealer }: Pick<SignInDeps, "sealer">,
  { login, pendingIn }: { readonly login: string; readonly pendingIn: PendingIn },
): Promise<NewTotp> {
  const secret = newTotpSecret();
  return {
    secret,
    otpauthUrl: otpauthUrl({ issuer: ISSUER, login, secret }),
    sealed: await sealer.seal(PENDING_COLUMNS[pendingIn], secret),
  };
}

/** Throws DomainError `access.wrong_code`, `access.no_enrolment`. */
export async function openPendingTotp(
  { sealer, clock }: Pick<SignInDeps, "sealer" | "clock">,
  { sealed, pendingIn, code }: {
    readonly sealed: Uint8Array | null;
    readonly pendingIn: PendingIn;
    readonly code: string;
  },
): Promise<PendingTotp> {
  if (!sealed) throw noEnrolment();
  const secret = await sealer.open(PENDING_COLUMNS[pendingIn], sealed);
  const step = findTotpStep(secret, code, clock.now());
  if (step !== null) return { secret, step };
  throw new DomainError(
    "access.wrong_code",
    "Cannot enrol: the code does not fit, check the phone's time",
  );
}

export function noEnrolment(): DomainError {
  return new DomainError("access.no_enrolment", "Cannot enrol: ask for a new secret first");
}

/** Returns the recovery codes, told this once. */
export async function keepNewTotp(
  deps: Pick<SignInDeps, "db" | "clock" | "audit" | "sealer" | "rowTags">,
  account: AccountForSignIn,
  { pending, visit, sessionId, takeTurn }: {
    readonly pending: PendingTotp;
    readonly visit: Pick<SignInVisit, "address" | "traceId">;
    readonly sessionId: string | null;
    /** First in the transaction: throws where another request was faster. */
    readonly takeTurn: (tx: Transaction<SignInTables & AuditTables>) => Promise<void>;
  },
): Promise<string[]> {
  const at = deps.clock.now();
  const { codes, rows } = await madeCodes(deps, account.id, at);
  const row = {
    account_id: account.id,
    secret_sealed: await deps.sealer.seal(TOTP_COLUMN, pending.secret),
    enrolled_at: at,
    last_step: BigInt(pending.step),
  };
  const tag = await tagOf(deps.rowTags, TOTP_TAGGED, row);
  await deps.db.transaction().execute(async (tx) => {
    await lockAccount(tx, account.id);
    await takeTurn(tx);
    await keepTotp(tx, { ...row, tag });
    await replaceRecoveryCodes(tx, account.id, rows);
    // Whoever is half-way in was not asked for it.
    await deleteAttempts(tx, account.id);
    await deps.audit.record(tx, actorOf(account, { visit, sessionId }), [{
      kind: "access.second_factor_enrolled",
      result: "succeeded",
      objectId: account.id,
      fields: { factor: "totp" },
    }]);
  });
  return codes;
}

/** Where a TOTP device is: new codes, the ones before are void. */
export async function renewRecoveryCodes(
  deps: Pick<SignInDeps, "db" | "clock" | "audit" | "rowTags">,
  { accountId, sessionId, actor }: Pick<Caller, "accountId" | "sessionId" | "actor">,
): Promise<string[]> {
  const { db, clock, audit } = deps;
  const { codes, rows } = await madeCodes(deps, accountId, clock.now());
  await db.transaction().execute(async (tx) => {
    await lockAccount(tx, accountId);
    await requireOpenSession(tx, sessionId);
    if (!await findTotp(tx, accountId)) {
      throw new DomainError("access.no_enrolment", "Cannot make recovery codes: enrol TOTP first");
    }
    await replaceRecoveryCodes(tx, accountId, rows);
    await audit.record(tx, actor, [{
      kind: "access.second_factor_enrolled",
      result: "succeeded",
      objectId: accountId,
      fields: { factor: "recovery_codes" },
    }]);
  });
  return codes;
}

async function madeCodes(
  { rowTags }: Pick<SignInDeps, "rowTags">,
  accountId: string,
  at: Date,
): Promise<{ readonly codes: string[]; readonly rows: readonly RecoveryCodeRow[] }> {
  const codes = newRecoveryCodes();
  const rows = await Promise.all(codes.map(async (code) => {
    const hash = recoveryCodeHash(accountId, code);
    const row = { account_id: accountId, hash, made_at: at, used_at: null };
    return { ...row, tag: await tagOf(rowTags, RECOVERY_CODE_TAGGED, row) };
  }));
  return { codes, rows };
}
