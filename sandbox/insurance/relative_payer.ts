import type { CityPerson, InsuranceRow } from "../city/city.ts";
import { type Desk, Refusal } from "./desk.ts";
import type { SettlementRow } from "./insurance_store.ts";
import { balanceOf } from "./people.ts";

/** A relative whose account pays what the patient's own leaves (家庭共济). */
export interface RelativePayer {
  readonly person: CityPerson;
  readonly insured: InsuranceRow;
}

/** Whom 2206 and 2207 name, under the region's key of expContent. */
export function relativeOf(
  desk: Desk,
  asked: { readonly patient: CityPerson; readonly expContent: unknown },
): RelativePayer | null {
  const psnNo = namedIn(asked.expContent, desk.region.relativeKey);
  if (psnNo === null) return null;
  if (psnNo === asked.patient.psnNo) throw new Refusal("共济人不能是本人");
  return payerOf(desk, psnNo) ?? refuse("共济人没有可用的个人账户");
}

/** Who paid for the settlement that is voided; null when nobody did. */
export function relativeOfVoid(desk: Desk, original: SettlementRow): RelativePayer | null {
  const row = desk.store.find<{ psn_no: string }>(
    "select psn_no from relative_payer where setl_id = ?",
    original.setl_id,
  );
  return row && payerOf(desk, row.psn_no);
}

export function bookRelative(
  desk: Desk,
  { settlement, payer, by }: {
    readonly settlement: SettlementRow;
    readonly payer: RelativePayer;
    /** Below zero: given back. */
    readonly by: bigint;
  },
): void {
  const { person, insured } = payer;
  desk.store.run(
    "insert into relative_payer values (?, ?, ?)",
    settlement.setl_id,
    person.psnNo,
    insured.insutype,
  );
  desk.store.run(
    "insert or replace into account values (?, ?, ?)",
    person.psnNo,
    insured.insutype,
    Number(balanceOf(desk, person, insured) - by),
  );
}

function payerOf(desk: Desk, psnNo: string): RelativePayer | null {
  const person = desk.persons.byPsnNo(psnNo);
  const insured = person?.insurance.find((row) =>
    row.status === "1" && (desk.region.schemes[row.insutype]?.accountType ?? null) !== null
  );
  return person && insured ? { person, insured } : null;
}

function namedIn(expContent: unknown, key: string | null): string | null {
  if (key === null || typeof expContent !== "object" || expContent === null) return null;
  const named = Object.entries(expContent).find(([name]) => name === key)?.[1];
  return typeof named === "string" && named !== "" ? named : null;
}

function refuse(text: string): never {
  throw new Refusal(text);
}
