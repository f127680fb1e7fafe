import type { Transaction } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import type { Erased, PersonalRecordsOf, Subject } from "../../../platform/personal_data.ts";
import { type Caller, requireScope } from "../../access/caller.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { Erasure } from "./contract.ts";
import { findSubject } from "./find_subject.ts";
import { personNotFound, type PersonsDeps } from "./search_persons.ts";
import { findPerson } from "./store.ts";

export interface ErasePersonDeps extends PersonsDeps {
  readonly personalData: readonly PersonalRecordsOf[];
  /** Every module erases its own in one transaction, which `told` is part of. */
  readonly eraseAll: (
    subject: Subject,
    now: Date,
    told: (tx: Transaction<AuditTables>, erasure: Erasure) => Promise<void>,
  ) => Promise<Erasure>;
}

/**
 * Removes what names a person (个人信息保护法 第四十七条). Money records stay for as long as
 * accounting law asks, under a number that leads to nobody any more. Not while money is under way:
 * throws DomainError `identity.person_busy`.
 */
export async function erasePerson(
  deps: ErasePersonDeps,
  caller: Caller,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<Erasure> {
  const person = await findPerson(deps.db, id, requireScope(caller, "person.erase"));
  if (!person) throw personNotFound(id);
  const subject = await findSubject(deps.personalData, id);
  await requireNothingOpen(deps, subject);
  return await deps.eraseAll(subject, deps.clock.now(), async (tx, { kept }) => {
    await deps.audit.record(tx, caller.actor, [{
      kind: "identity.person_erased",
      result: "succeeded",
      objectId: id,
      patientId: id,
      fields: { reason, kept: kept.map(({ what, rows }) => `${what} ${rows}`).join("；") },
    }]);
  });
}

/** Of all modules together; what is nowhere is left out. */
export function mergeErased(parts: readonly Erased[]): Erasure {
  return {
    erased: parts.flatMap(({ erased }) => erased).filter(({ rows }) => rows > 0),
    kept: parts.flatMap(({ kept }) => kept).filter(({ rows }) => rows > 0),
  };
}

async function requireNothingOpen(
  { personalData }: ErasePersonDeps,
  subject: Subject,
): Promise<void> {
  for (const { openBusiness } of personalData) {
    const open = await openBusiness?.(subject);
    if (!open || (open.orders === 0 && open.heldFen === 0n)) continue;
    throw new DomainError(
      "identity.person_busy",
      `Cannot erase: ${open.orders} orders are open, ${open.heldFen} fen are held`,
      { detail: `${open.orders} ${open.heldFen}` },
    );
  }
}
