import type { Transaction } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import type { Erased, PersonalRecordsOf, Subject } from "../../../platform/personal_data.ts";
import { type Caller, requireScope } from "../../access/caller.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { Erasure } from "./contract.ts";
import { findSubject } from "./find_subject.ts";
import { personNotFound, type PersonsDeps } from "./search_persons.ts";
import { lockPatientRow } from "../store.ts";
import type { IdentityTables } from "../tables.ts";
import { findPerson } from "./store.ts";

/** All that one erasing reads and writes, in one transaction. */
export interface Erasing {
  readonly tx: Transaction<IdentityTables & AuditTables>;
  /** As this transaction sees them. */
  readonly records: readonly PersonalRecordsOf[];
  readonly eraseAll: (subject: Subject, now: Date) => Promise<readonly Erased[]>;
}

export interface ErasePersonDeps extends PersonsDeps {
  readonly erasing: <Value>(work: (erasing: Erasing) => Promise<Value>) => Promise<Value>;
}

/**
 * Removes what names a person (个人信息保护法 第四十七条). Money records stay for as long as
 * accounting law asks, under a number that leads to nobody any more. Not while money is under way:
 * throws DomainError `identity.person_busy`. The patient's row is locked before anything is asked,
 * so an order that begins in this moment is either seen here or refused there (`holdPatient`).
 */
export async function erasePerson(
  deps: ErasePersonDeps,
  caller: Caller,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<Erasure> {
  const person = await findPerson(deps.db, id, requireScope(caller, "person.erase"));
  if (!person) throw personNotFound(id);
  const erasure = await eraseLocked(deps, caller.actor, { id, reason });
  if (!erasure) throw personNotFound(id);
  return erasure;
}

type EraseLockedDeps = Pick<ErasePersonDeps, "erasing" | "clock" | "audit">;

/**
 * As `erasePerson`, for whoever the platform's shell serves: after a backup was restored, what was
 * done before is done again. Null where there is nobody, or nobody any more.
 */
export async function eraseLocked(
  deps: EraseLockedDeps,
  actor: Actor,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<Erasure | null> {
  return await deps.erasing(async ({ tx, records, eraseAll }) => {
    if (!await lockPatientRow(tx, id)) return null;
    const subject = await findSubject(records, id);
    await requireNothingOpen(records, subject);
    const erasure = mergeErased(await eraseAll(subject, deps.clock.now()));
    const kept = erasure.kept.map(({ what, rows }) => `${what} ${rows}`).join("；");
    await deps.audit.record(tx, actor, [{
      kind: "identity.person_erased",
      result: "succeeded",
      objectId: id,
      patientId: id,
      fields: { reason, kept },
    }]);
    return erasure;
  });
}

/** Of all modules together; what is nowhere is left out. */
function mergeErased(parts: readonly Erased[]): Erasure {
  return {
    erased: parts.flatMap(({ erased }) => erased).filter(({ rows }) => rows > 0),
    kept: parts.flatMap(({ kept }) => kept).filter(({ rows }) => rows > 0),
  };
}

async function requireNothingOpen(
  records: readonly PersonalRecordsOf[],
  subject: Subject,
): Promise<void> {
  for (const { openBusiness } of records) {
    const open = await openBusiness?.(subject);
    if (!open || (open.orders === 0 && open.heldFen === 0n)) continue;
    throw new DomainError(
      "identity.person_busy",
      `Cannot erase: ${open.orders} orders are open, ${open.heldFen} fen are held`,
      { detail: `${open.orders} ${open.heldFen}` },
    );
  }
}
