import type { Kysely, Transaction } from "kysely";
import type { Exchange, InsuranceClient } from "../../gateways/insurance/client.ts";
import type { RegionalProfile } from "../../gateways/insurance/profile.ts";
import type { Infno, OutputOf } from "../../gateways/insurance/wire.ts";
import { businessDay, type Clock } from "../../platform/clock.ts";
import { notSent, type Outcome } from "../../platform/outcome.ts";
import type { AuditTables } from "../audit/tables.ts";
import type { IdentityTables } from "../identity/tables.ts";
import type { InsuranceSite } from "./claim_visit.ts";
import { nextMessageId } from "./message_number.ts";
import {
  answerMessage,
  deleteSignIn,
  findSignNo,
  insertMessage,
  saveSignIn,
  type SignInKey,
} from "./store.ts";
import type { InsuranceTables } from "./tables.ts";

export interface MessageDeps {
  readonly db: Kysely<InsuranceTables & IdentityTables & AuditTables>;
  readonly client: InsuranceClient;
  readonly clock: Clock;
  readonly profile: RegionalProfile;
}

export interface Message<Number extends Infno> {
  readonly infno: Number;
  readonly input: Readonly<Record<string, unknown>>;
  readonly site: InsuranceSite;
  readonly orderId: string | null;
  readonly insuplc: string | null;
  readonly insutype?: string;
  /** Never stored; travels where the profile says. */
  readonly pin?: string;
  /** Reserved in an earlier transaction; without it one is drawn here. */
  readonly msgid?: string;
  /** Committed with the message, before it leaves. */
  readonly before?: (tx: Transaction<InsuranceTables>) => Promise<void>;
  readonly talk?: Talk;
  /** When it is done, the next message of the talk follows at once and its answer goes along. */
  readonly isFollowed?: boolean;
  /** Committed with the answer. */
  readonly after?: (
    tx: MessageTx,
    outcome: Outcome<OutputOf<Number>>,
  ) => Promise<void>;
}

type MessageTx = Transaction<InsuranceTables & IdentityTables & AuditTables>;

/** Messages of one ask, one after the other. The caller ends it with `endTalk`, come what may. */
export interface Talk {
  signed: Outcome<string | null> | null;
  /** Not committed yet. Lost with the process it is as an answer that never came. */
  answer: ((tx: MessageTx) => Promise<void>) | null;
}

export function newTalk(): Talk {
  return { signed: null, answer: null };
}

/** Commits an answer that no message followed. */
export async function endTalk({ db }: Pick<MessageDeps, "db">, talk: Talk): Promise<void> {
  if (talk.answer) await db.transaction().execute((tx) => writeAnswer(tx, talk));
}

async function writeAnswer(tx: MessageTx, talk: Talk): Promise<void> {
  const { answer } = talk;
  talk.answer = null;
  await answer?.(tx);
}

/**
 * Sends one message: its row is committed before it leaves, and again with the answer, at once or
 * together with the message that follows. Signs in first where the operator has not today.
 */
export async function sendMessage<Number extends Infno>(
  deps: MessageDeps,
  message: Message<Number>,
): Promise<Outcome<OutputOf<Number>>> {
  const { talk = newTalk() } = message;
  const signed = talk.signed ??= await signIn(deps, message.site);
  if (signed.kind !== "done") return notSent(`sign-in: ${reasonOfOutcome(signed)}`);
  const outcome = await exchange(deps, message, signed.value);
  if (outcome.kind !== "refused" || !deps.profile.signedOutText.test(outcome.text)) return outcome;
  // The day's sign-in is gone at the platform, so it did nothing: sign in afresh.
  talk.signed = null;
  await deps.db.transaction().execute((tx) => deleteSignIn(tx, signInKey(message.site)));
  if (message.msgid !== undefined) return notSent("signed out at the insurance platform");
  const again = talk.signed = await signIn(deps, message.site);
  if (again.kind !== "done") return notSent(`sign-in: ${reasonOfOutcome(again)}`);
  return await exchange(deps, message, again.value);
}

/** 9001, once per operator and business day. */
async function signIn(deps: MessageDeps, site: InsuranceSite): Promise<Outcome<string | null>> {
  if (!deps.profile.sendsSignNo) return { kind: "done", value: null };
  const key = signInKey(site);
  const day = businessDay(deps.clock.now());
  const held = await findSignNo(deps.db, key, day);
  if (held !== null) return { kind: "done", value: held };
  const input = { signIn: { opter_no: site.operator.number, ...deps.profile.signInAddress } };
  const outcome = await exchange(deps, {
    infno: "9001",
    input,
    site,
    orderId: null,
    insuplc: null,
    async after(tx, answer) {
      if (answer.kind !== "done") return;
      await saveSignIn(tx, key, { day, signNo: answer.value.signinoutb.sign_no });
    },
  }, null);
  if (outcome.kind !== "done") return outcome;
  return { kind: "done", value: outcome.value.signinoutb.sign_no };
}

async function exchange<Number extends Infno>(
  deps: MessageDeps,
  message: Message<Number>,
  signNo: string | null,
): Promise<Outcome<OutputOf<Number>>> {
  const { infno, site, orderId, insuplc, talk = newTalk() } = message;
  const sent = await deps.db.transaction().execute(async (tx) => {
    await writeAnswer(tx, talk);
    const now = deps.clock.now();
    const serialFrom = deps.profile.messageSerialFrom;
    const msgid = message.msgid ?? await nextMessageId(tx, site.code, { now, serialFrom });
    const institutionId = site.institutionId;
    const key = await insertMessage(tx, { institutionId, orderId, msgid, infno, now });
    await message.before?.(tx);
    return { key, msgid };
  });
  const { insutype = null } = message;
  const { pin } = message;
  const context = {
    site,
    msgid: sent.msgid,
    insuplc,
    insutype,
    signNo,
    ...(pin !== undefined && { pin }),
  };
  const answer: Exchange<OutputOf<Number>> = await deps.client.send(infno, message.input, context);
  const answered_at = deps.clock.now();
  talk.answer = async (tx) => {
    await answerMessage(tx, sent.key, {
      outcome: answer.outcome.kind,
      infcode: answer.infcode,
      refmsgid: answer.refmsgid,
      answered_at,
    });
    await message.after?.(tx, answer.outcome);
  };
  if (!message.isFollowed || answer.outcome.kind !== "done") await endTalk(deps, talk);
  return answer.outcome;
}

function signInKey(site: InsuranceSite): SignInKey {
  return { institutionCode: site.code, operatorNumber: site.operator.number };
}

function reasonOfOutcome(outcome: Exclude<Outcome<unknown>, { kind: "done" }>): string {
  return outcome.kind === "refused" ? outcome.code : outcome.reason;
}
