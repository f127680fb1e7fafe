import type { SsoAnswer } from "../../../gateways/sso/sso_client.ts";
import { DomainError } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import { isUnchanged } from "../../../platform/tagged_table.ts";
import { unknownActor } from "../../audit/actor.ts";
import { lockAccount } from "../accounts/store.ts";
import type { BrokenRows } from "../rights/broken_rows.ts";
import { judgeAccount } from "../rights/effective_rights.ts";
import { findAccountRow } from "../rights/store.ts";
import { actorOf } from "../sign_in/begin_session.ts";
import { endSignInsOf } from "../sign_in/end_sessions.ts";
import type { Progress, WentOn } from "../sign_in/go_on.ts";
import type { SignInReply } from "../sign_in/contract.ts";
import type { SessionToken } from "../sign_in/session_token.ts";
import type { SignInVisit } from "../sign_in/sign_in_deps.ts";
import type { AccessTables } from "../tables.ts";
import type { SsoOutcome, SsoProviderName, SsoReturn } from "./contract.ts";
import { isWholeIdentity, SUBJECT_COLUMN } from "./identity_row.ts";
import { keepLink } from "./keep_link.ts";
import { getClient, type SsoDeps } from "./sso_deps.ts";
import { wayOf } from "./sso_way.ts";
import { type AttemptRow, findIdentity, takeAttempt, touchIdentity } from "./store.ts";
import { SSO_ATTEMPT_TAGGED } from "./tables.ts";

export interface FinishSignOnDeps extends SsoDeps {
  readonly brokenRows: BrokenRows;
  /** From a factor that was shown to the next step or the session. */
  readonly goOn: (progress: Progress, visit: SignInVisit) => Promise<WentOn | null>;
}

export interface CameBack {
  readonly provider: SsoProviderName;
  /** Of the browser's cookie. */
  readonly token: SessionToken | null;
  /** The query, as it came. */
  readonly search: string;
  readonly visit: SignInVisit;
}

export interface FinishedSignOn {
  readonly outcome: SsoOutcome;
  readonly to: SsoReturn;
  /** Of a sign-in, what the browser gets. */
  readonly gone: WentOn | null;
}

type Identity = Extract<SsoAnswer, { readonly kind: "identity" }>;

/** Why nobody got in; the audit trail keeps it, the browser is not told. */
class Refused extends Error {
  override readonly name = "Refused";
  readonly why: string;
  readonly accountId: string | null;

  constructor(why: string, accountId: string | null = null) {
    super(`Refused: ${why}`);
    this.why = why;
    this.accountId = accountId;
  }
}

/**
 * Somebody came back from the provider. Only the browser that left gets on, once: the attempt is
 * used up before the provider is asked. Never throws for what others did.
 */
export async function finishSignOn(
  deps: FinishSignOnDeps,
  cameBack: CameBack,
): Promise<FinishedSignOn> {
  const attempt = await take(deps, cameBack);
  const to = attempt?.return_to ?? "home";
  try {
    if (!attempt || !cameBack.token) throw new Refused("unknown_attempt");
    const client = getClient(deps, cameBack.provider);
    const answer = await client.finish(cameBack.search, wayOf(cameBack.token));
    if (answer.kind === "refused") throw new Refused(answer.why, attempt.account_id);
    if (answer.kind === "unavailable") {
      await recordRefusal(deps, cameBack, new Refused(answer.why, attempt.account_id));
      return { outcome: "unavailable", to, gone: null };
    }
    return attempt.account_id === null ? { to, ...await signIn(deps, cameBack, answer) } : {
      to,
      ...await link(deps, cameBack, { ...attempt, answer, accountId: attempt.account_id }),
    };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    await recordRefusal(deps, cameBack, thrown);
    return { outcome: "refused", to, gone: null };
  }
}

async function take(
  deps: FinishSignOnDeps,
  { provider, token }: CameBack,
): Promise<AttemptRow | null> {
  if (!token) return null;
  const { db, rowTags, brokenRows } = deps;
  const row = await db.transaction().execute((tx) =>
    takeAttempt(tx, { provider, cookie_digest: token.hash }, deps.clock.now())
  );
  if (!row || await isUnchanged(db, rowTags, { tagged: SSO_ATTEMPT_TAGGED, row })) return row;
  await brokenRows.tell([{ table: "sso_attempt", rowId: row.id }]);
  return null;
}

async function signIn(
  deps: FinishSignOnDeps,
  { provider, visit }: CameBack,
  { subject, isStrong }: Identity,
): Promise<Omit<FinishedSignOn, "to">> {
  const { issuer } = getClient(deps, provider);
  const subject_index = await deps.sealer.index(SUBJECT_COLUMN, subject);
  const found = await findIdentity(deps.db, { issuer, subject_index });
  if (!found) throw new Refused("not_linked");
  if (!await isWholeIdentity(deps.rowTags, found)) {
    throw new Refused("link_broken", found.account_id);
  }
  const account = await getGoodAccount(deps, found.account_id);
  const factors = isStrong ? ["sso", "sso_second_factor"] as const : ["sso"] as const;
  const gone = await deps.goOn({ account, factors }, visit);
  if (!gone) throw new Refused("overtaken", account.id);
  await requireStillLinked(deps, { account, linkId: found.id, visit });
  return { outcome: outcomeOf(gone.reply), gone };
}

/** A link removed while the sign-in went on ended nothing of it: it had not begun then. */
async function requireStillLinked(
  deps: FinishSignOnDeps,
  { account, linkId, visit }: {
    readonly account: AccessTables["account"];
    readonly linkId: string;
    readonly visit: SignInVisit;
  },
): Promise<void> {
  const isLinked = await deps.db.transaction().execute(async (tx) => {
    if (await touchIdentity(tx, linkId, deps.clock.now())) return true;
    await lockAccount(tx, account.id);
    const actor = actorOf(account, { visit, sessionId: null });
    const ending = {
      accountId: account.id,
      except: null,
      why: "credential_removed",
      actor,
    } as const;
    await endSignInsOf(deps, tx, ending);
    return false;
  });
  if (!isLinked) throw new Refused("not_linked", account.id);
}

/** Enabled, in time, unchanged, a person's; nothing of it comes from the provider. */
async function getGoodAccount(
  deps: FinishSignOnDeps,
  accountId: string,
): Promise<AccessTables["account"]> {
  const account = await findAccountRow(deps.db, accountId);
  if (account?.kind !== "person") throw new Refused("not_a_person", accountId);
  const trouble = await judgeAccount(deps, account);
  if (trouble) throw new Refused(`account_${trouble}`, accountId);
  return account;
}

/** To the account that asked for it, in this very browser, while the session it did so in goes on. */
async function link(
  deps: FinishSignOnDeps,
  { provider, visit }: CameBack,
  { answer, accountId, session_id: inSession }: Pick<AttemptRow, "session_id"> & {
    readonly answer: Identity;
    readonly accountId: string;
  },
): Promise<Omit<FinishedSignOn, "to">> {
  const account = await getGoodAccount(deps, accountId);
  const { subject } = answer;
  const id = newId(deps.clock.now());
  const link = { id, accountId, provider, subject, linkedBy: accountId };
  try {
    const actor = actorOf(account, { visit, sessionId: inSession });
    await keepLink(deps, { actor, link, inSession });
    return { outcome: "linked", gone: null };
  } catch (thrown) {
    if (thrown instanceof DomainError) throw new Refused(thrown.code, accountId);
    throw thrown;
  }
}

function outcomeOf(reply: SignInReply): SsoOutcome {
  // After single sign-on no password is asked for, so none is to be changed.
  return reply.step === "password_change" ? "refused" : reply.step;
}

async function recordRefusal(
  deps: FinishSignOnDeps,
  { provider, visit: { address, traceId } }: CameBack,
  { why, accountId }: Refused,
): Promise<void> {
  await deps.db.transaction().execute((tx) =>
    deps.audit.record(tx, unknownActor({ name: provider, address, traceId }), [{
      kind: "access.sso_refused",
      result: "refused",
      reason: why,
      ...(accountId !== null && { objectId: accountId }),
      fields: { provider, why },
    }])
  );
}
