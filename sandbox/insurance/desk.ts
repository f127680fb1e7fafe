import type { z } from "zod";
import type { CityPerson, InsuranceRow } from "../city/city.ts";
import { businessDay, chinaTime, type Clock } from "../../server/platform/clock.ts";
import type { Faults } from "../faults.ts";
import type { InsuranceStore, VisitRow } from "./insurance_store.ts";
import type { SandboxRegion } from "./region.ts";
import type { Envelope } from "./requests.ts";

/** What every transaction of the centre works with. */
export interface Desk {
  readonly store: InsuranceStore;
  readonly persons: PersonRegister;
  readonly region: SandboxRegion;
  readonly clock: Clock;
  readonly faults: Faults;
}

export interface PersonRegister {
  byPsnNo(psnNo: string): CityPerson | null;
  byIdNumber(idNumber: string): CityPerson | null;
  byCardNumber(cardNumber: string): CityPerson | null;
  byVoucher(code: string): CityPerson | null;
}

/** The centre's definite no; what its handler wrote is taken back unless it `keeps` it. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly keeps: boolean;

  constructor(text: string, options: { readonly keeps?: boolean } = {}) {
    super(text);
    this.keeps = options.keeps ?? false;
  }
}

export type Handler = (desk: Desk, envelope: Envelope) => unknown;

export function registerPersons(persons: readonly CityPerson[]): PersonRegister {
  const byPsnNo = new Map(persons.map((person) => [person.psnNo, person]));
  const byIdNumber = new Map(persons.map((person) => [person.idNumber, person]));
  const byCard = new Map(persons.map((person) => [person.card?.number, person]));
  const byVoucher = new Map(persons.map((person) => [person.codes.insuranceVoucher, person]));
  return {
    byPsnNo: (psnNo) => byPsnNo.get(psnNo) ?? null,
    byIdNumber: (idNumber) => byIdNumber.get(idNumber) ?? null,
    byCardNumber: (cardNumber) => byCard.get(cardNumber) ?? null,
    byVoucher: (code) => byVoucher.get(code) ?? null,
  };
}

export function readInput<Input>(schema: z.ZodType<Input>, envelope: Envelope): Input {
  const parsed = schema.safeParse(envelope.input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Refusal(`入参校验失败：${issue?.path.join(".")} ${issue?.message}`);
}

export interface Certificate {
  readonly mdtrt_cert_type: "01" | "02" | "03";
  readonly mdtrt_cert_no: string;
  readonly card_sn?: string | null | undefined;
}

/** The person a certificate proves; an e-voucher's token only while it lives. */
export function personOf(desk: Desk, certificate: Certificate): CityPerson {
  const person = findPerson(desk, certificate);
  if (!person) throw new Refusal("未查询到该人员的参保信息");
  return person;
}

function findPerson(desk: Desk, certificate: Certificate): CityPerson | null {
  const { mdtrt_cert_type: type, mdtrt_cert_no: number } = certificate;
  if (type === "02") return desk.persons.byIdNumber(number);
  if (type === "03") {
    const person = desk.persons.byCardNumber(number);
    const identifier = certificate.card_sn;
    if (identifier && person?.card?.identifier !== identifier) throw new Refusal("卡识别码不符");
    return person;
  }
  const token = desk.store.find<{ psn_no: string; expires_ms: number }>(
    "select psn_no, expires_ms from token where ec_token = ?",
    number,
  );
  if (!token || token.expires_ms <= desk.clock.now().getTime()) {
    throw new Refusal("电子凭证令牌ecToken已过期，请重新扫码");
  }
  return desk.persons.byPsnNo(token.psn_no);
}

/** The insured row in force of a person; its place of insurance must be the envelope's. */
export function insuredRow(
  person: CityPerson,
  insutype: string,
  envelope: Envelope,
): InsuranceRow {
  const row = person.insurance.find((one) => one.insutype === insutype && one.status === "1");
  if (!row) throw new Refusal("该险种未正常参保");
  if (row.insuplcAdmdvs !== envelope.insuplc_admdvs) throw new Refusal("参保地医保区划不符");
  return row;
}

export function openVisit(
  desk: Desk,
  key: { readonly mdtrt_id: string; readonly psn_no: string },
  envelope: Envelope,
): VisitRow {
  const visit = desk.store.find<VisitRow>("select * from visit where mdtrt_id = ?", key.mdtrt_id);
  if (
    !visit || visit.psn_no !== key.psn_no || visit.fixmedins_code !== envelope.fixmedins_code
  ) throw new Refusal("未查询到就诊信息");
  if (visit.cancelled) throw new Refusal("就诊登记已撤销");
  return visit;
}

export function nowText(desk: Desk): string {
  return chinaTime(desk.clock.now());
}

export function today(desk: Desk): string {
  return businessDay(desk.clock.now());
}

/** `441900G0000009900001`: region, kind, 13 digits. */
export function nextNumber(desk: Desk, kind: string): string {
  return `${desk.region.admdvs}${kind}${String(desk.store.next(kind)).padStart(13, "0")}`;
}
