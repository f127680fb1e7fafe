import type { Kysely } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { DomainError } from "../../platform/errors.ts";
import { isTimely, timeOfId } from "../../platform/ids.ts";
import type { Outcome } from "../../platform/outcome.ts";
import type { Sealer } from "../../platform/sealer.ts";
import type { Actor } from "../audit/actor.ts";
import type { AuditWriter } from "../audit/record_events.ts";
import type { AuditTables } from "../audit/tables.ts";
import type { IdentifyBody, IdentifyReply, InsuranceView } from "./contract.ts";
import { openReply } from "./find_identification.ts";
import { keepPatient, sealPerson } from "./keep_patient.ts";
import { type Certificate, viewOf } from "./person.ts";
import { recognise, type Recognised, type RecogniseDeps } from "./recognise.ts";
import {
  findIdentificationRow,
  insertIdentification,
  linkCredential,
  rememberInstitution,
} from "./store.ts";
import type { IdentityTables } from "./tables.ts";

/** How long a patient may act on one identification without presenting a medium again. */
export const IDENTIFICATION_MS = 15 * 60_000;

/** A person as HIS knows them at one institution. */
export interface HisRecord {
  readonly hisPatientId: string;
  readonly phone: string | null;
}

export interface IdentifyDeps extends RecogniseDeps {
  readonly db: Kysely<IdentityTables & AuditTables>;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly audit: AuditWriter;
  /** Who asks. */
  readonly actor: Actor;
  readonly findHisRecord: (person: Recognised) => Promise<Outcome<HisRecord | null>>;
  readonly checkCoverage: (check: {
    readonly identificationId: string;
    readonly certificate: Certificate;
    readonly person: { readonly name: string; readonly idNumber: string };
  }) => Promise<InsuranceView>;
}

export interface AtTerminal {
  readonly terminalId: string;
  readonly institutionId: string;
}

/** Leads any medium to the one patient (R-IDN-11); the same id again gives the first answer. */
export async function identify(
  deps: IdentifyDeps,
  body: IdentifyBody,
  where: AtTerminal,
): Promise<IdentifyReply> {
  const requestIndex = await deps.sealer.index("credential", JSON.stringify(body.credential));
  const earlier = await findIdentificationRow(deps.db, keyOf(body.id));
  if (earlier) return await sameAnswer(deps, earlier, { where, requestIndex });
  if (!isTimely(body.id, deps.clock.now())) {
    throw new DomainError("identity.id_time", `Cannot take id "${body.id}": its time is not ours`);
  }
  const recognition = await recognise(deps, body, deps.clock.now());
  if (recognition.kind !== "person") return await notIdentified(deps, body, recognition);
  const { person } = recognition;
  const [record, insurance] = await Promise.all([
    deps.findHisRecord(person),
    deps.checkCoverage({ identificationId: body.id, certificate: person.certificate, person }),
  ]);
  if (record.kind !== "done") {
    return await notIdentified(deps, body, { kind: "unavailable", party: "his" });
  }
  if (record.value === null && isStrange(person, insurance)) {
    return await notIdentified(deps, body, { kind: "not_recognised", reason: "unknown_card" });
  }
  const reply = replyOf(deps, { id: body.id, person, record: record.value, insurance });
  await keep(deps, { body, where, requestIndex, person, record: record.value, reply });
  return reply;
}

type NotIdentified = Extract<IdentifyReply, { kind: "not_recognised" | "unavailable" }>;

/** Changes nothing, and is to be known all the same: somebody may be trying cards. */
async function notIdentified(
  { db, audit, actor }: IdentifyDeps,
  { id, credential }: IdentifyBody,
  reply: NotIdentified,
): Promise<NotIdentified> {
  const isRefused = reply.kind === "not_recognised";
  await db.transaction().execute((tx) =>
    audit.record(tx, actor, [{
      kind: "identity.identified",
      result: isRefused ? "refused" : "failed",
      reason: isRefused ? reply.reason : `${reply.party}_unavailable`,
      objectId: id,
      fields: { credential: credential.kind },
    }])
  );
  return reply;
}

/** A card neither HIS nor insurance knows is not one of ours. */
function isStrange(person: Recognised, insurance: InsuranceView): boolean {
  return person.kind === "social_security_card" && insurance.status === "not_covered";
}

function replyOf(
  deps: IdentifyDeps,
  { id, person, record, insurance }: {
    id: string;
    person: Recognised;
    record: HisRecord | null;
    insurance: InsuranceView;
  },
): Extract<IdentifyReply, { id: string }> {
  const patient = viewOf({ ...person, phone: record?.phone ?? null }, deps.clock.now());
  if (record) return { kind: "known", id, patient, insurance };
  return { kind: "no_record", id, patient, canCreate: person.kind === "id_card" };
}

async function keep(
  deps: IdentifyDeps,
  { body, where, requestIndex, person, record, reply }: {
    body: IdentifyBody;
    where: AtTerminal;
    requestIndex: Uint8Array;
    person: Recognised;
    record: HisRecord | null;
    reply: IdentifyReply;
  },
): Promise<void> {
  const now = deps.clock.now();
  const sealed = {
    person: await sealPerson(deps.sealer, { ...person, phone: record?.phone ?? null }),
    cardNumber: person.cardNumber === null
      ? null
      : await deps.sealer.index("card_number", person.cardNumber),
    medium: await deps.sealer.index(person.kind, person.mediumNumber),
    reply: await deps.sealer.seal("identification.reply", JSON.stringify(reply)),
  };
  await deps.db.transaction().execute(async (tx) => {
    const patientId = await keepPatient(tx, sealed.person, now);
    await linkCredential(tx, {
      kind: person.kind,
      value: sealed.medium,
      number: sealed.cardNumber,
      patientId,
      at: now,
    });
    const { institutionId } = where;
    await rememberInstitution(tx, {
      patient_id: patientId,
      institution_id: institutionId,
      since: now,
    });
    await insertIdentification(tx, {
      ...keyOf(body.id),
      institution_id: where.institutionId,
      terminal_id: where.terminalId,
      request_index: requestIndex,
      credential_kind: person.kind,
      patient_id: patientId,
      his_patient_id: record?.hisPatientId ?? null,
      reply_sealed: sealed.reply,
      can_create: reply.kind === "no_record" && reply.canCreate,
      expires_at: new Date(now.getTime() + IDENTIFICATION_MS),
      ended_at: null,
    });
    await deps.audit.record(tx, deps.actor, [{
      kind: "identity.identified",
      result: "succeeded",
      objectId: body.id,
      patientId,
      fields: { credential: person.kind },
    }]);
  });
}

async function sameAnswer(
  deps: IdentifyDeps,
  row: IdentityTables["identification"],
  { where, requestIndex }: { where: AtTerminal; requestIndex: Uint8Array },
): Promise<IdentifyReply> {
  const isSame = row.terminal_id === where.terminalId && row.request_index !== null &&
    isEqual(row.request_index, requestIndex);
  if (!isSame) {
    throw new DomainError("identity.id_taken", `Identification id "${row.id}" is taken`);
  }
  return await openReply(deps.sealer, row);
}

function keyOf(id: string): { id: string; at: Date } {
  return { id, at: timeOfId(id) };
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
