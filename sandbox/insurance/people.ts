import type { CityPerson, InsuranceRow } from "../city/city.ts";
import { toYuan } from "../../server/gateways/insurance/wire.ts";
import { type Desk, nowText, personOf, readInput, Refusal, today } from "./desk.ts";
import { type Envelope, inputs } from "./requests.ts";

/** 9001: one sign_no per operator and day; signing in again gives the same. */
export function signIn(desk: Desk, envelope: Envelope): unknown {
  const { signIn: asked } = readInput(inputs.signIn, envelope);
  const day = today(desk);
  const key = [envelope.fixmedins_code, asked.opter_no] as const;
  const held = desk.store.find<{ day: string; sign_no: string }>(
    "select day, sign_no from sign_in where fixmedins_code = ? and opter_no = ?",
    ...key,
  );
  const serial = String(desk.store.next("sign_no")).padStart(6, "0");
  const sign_no = held?.day === day ? held.sign_no : `SN${day.replaceAll("-", "")}${serial}`;
  desk.store.run("insert or replace into sign_in values (?, ?, ?, ?)", ...key, day, sign_no);
  return { signinoutb: { sign_time: nowText(desk), sign_no } };
}

/** 1101 */
export function queryPerson(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.person, envelope);
  if (data.mdtrt_cert_type === "03" && !data.card_sn) throw new Refusal("卡识别码不能为空");
  const person = personOf(desk, data);
  if (person.insurance.length === 0) throw new Refusal("未查询到该人员的参保信息");
  return {
    baseinfo: {
      psn_no: person.psnNo,
      psn_cert_type: "01",
      certno: person.idNumber,
      psn_name: person.name,
      gend: person.gender,
      naty: "01",
      brdy: person.birth,
      age: ageAt(person, today(desk)),
      exp_content: null,
    },
    insuinfo: person.insurance.map((row) => ({
      balc: toYuan(balanceOf(desk, person, row)),
      insutype: row.insutype,
      psn_type: row.psnType,
      psn_insu_stas: row.status,
      psn_insu_date: "2015-07-01",
      paus_insu_date: row.status === "1" ? null : "2020-06-30",
      cvlserv_flag: "0",
      insuplc_admdvs: row.insuplcAdmdvs,
      emp_name: null,
    })),
    idetinfo: [],
  };
}

/** 1161: identity behind a social-security card. */
export function readCard(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.card, envelope);
  const certificate = { mdtrt_cert_type: "03", mdtrt_cert_no: data.cardno } as const;
  return identity(personOf(desk, { ...certificate, card_sn: data.card_sn }));
}

/** 1162: an e-voucher's code becomes an identity and a short-lived token. */
export function readVoucher(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.voucher, envelope);
  const person = desk.persons.byVoucher(data.ecQrCode);
  if (!person) throw new Refusal("电子凭证二维码无效，请重新扫码");
  return { ...identity(person), ecToken: newToken(desk, person) };
}

/** What the camera of an insurance terminal gets for whoever stands before it; null for nobody. */
export function readFace(desk: Desk, idNumber: string): { readonly ecToken: string } | null {
  const person = desk.persons.byIdNumber(idNumber);
  return person && { ecToken: newToken(desk, person) };
}

function newToken(desk: Desk, person: CityPerson): string {
  const ecToken = `EC${crypto.randomUUID().replaceAll("-", "").toUpperCase()}`;
  const expires = desk.clock.now().getTime() + desk.region.tokenMs;
  desk.store.run("insert into token values (?, ?, ?)", ecToken, person.psnNo, expires);
  return ecToken;
}

/** A person's account as it stands; the city's figure until the first settlement. */
export function balanceOf(desk: Desk, person: CityPerson, row: InsuranceRow): bigint {
  const held = desk.store.find<{ balance_fen: number }>(
    "select balance_fen from account where psn_no = ? and insutype = ?",
    person.psnNo,
    row.insutype,
  );
  return held ? BigInt(held.balance_fen) : row.balanceFen;
}

function identity(person: CityPerson): Record<string, string | null> {
  const main = person.insurance.find((row) => row.status === "1");
  return {
    idNo: person.idNumber,
    idType: "01",
    userName: person.name,
    insuOrg: main?.insuplcAdmdvs ?? null,
    ecIndexNo: null,
    gender: person.gender,
    birthday: person.birth,
    cardno: person.card?.number ?? null,
    card_sn: person.card?.identifier ?? null,
  };
}

/** N4,1 */
function ageAt(person: CityPerson, day: string): number {
  const [year = 0, month = 1] = day.split("-").map(Number);
  const [birthYear = 0, birthMonth = 1] = person.birth.split("-").map(Number);
  return Math.max(0, Math.floor(((year - birthYear) * 12 + month - birthMonth) * 10 / 12) / 10);
}
