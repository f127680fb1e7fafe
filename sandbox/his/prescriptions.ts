import type { FeeLine, HisBill } from "../../server/gateways/his/wire.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import { formatYuan, parseYuan, sumFen } from "../../server/platform/money.ts";
import { CATALOGUE, CHARGE_CATEGORY_NAMES } from "../insurance/catalogue.ts";
import type { HisDoctor } from "./staff.ts";

export interface Prescription {
  readonly id: string;
  readonly title: string;
  readonly departmentCode: string;
  readonly diagnoses: readonly { readonly code: string; readonly name: string }[];
  /** Item code of the catalogue and a whole quantity. */
  readonly items: readonly (readonly [itemCode: string, quantity: number])[];
}

const COLD = [{ code: "J06.900", name: "急性上呼吸道感染" }];
const PRESSURE = [{ code: "I10.x00x002", name: "高血压病" }];
const SUGAR = [{ code: "E11.900", name: "2型糖尿病" }];
const NECK = [{ code: "M47.802", name: "颈椎病" }];
const STOMACH = [{ code: "K29.500", name: "慢性胃炎" }];

/** What doctors of a community clinic write down, over and over. */
export const PRESCRIPTIONS: readonly Prescription[] = [
  {
    id: "cold",
    title: "门诊处方",
    departmentCode: "QK",
    diagnoses: COLD,
    items: [["YBZL01", 1], ["AMXL01", 2], ["LHQW01", 2], ["LLTD01", 1]],
  },
  {
    id: "cold_tests",
    title: "检验单",
    departmentCode: "QK",
    diagnoses: COLD,
    items: [["XCG01", 1], ["CFY01", 1]],
  },
  {
    id: "blood_pressure",
    title: "慢病处方",
    departmentCode: "QK",
    diagnoses: PRESSURE,
    items: [["YBZL01", 1], ["ALDP01", 2], ["XSTG01", 2], ["FFDS01", 1]],
  },
  {
    id: "first_class",
    title: "慢病处方",
    departmentCode: "QK",
    diagnoses: PRESSURE,
    items: [["YBZL01", 1], ["ALDP01", 2], ["ESST01", 2], ["ATFT01", 1], ["KFXT01", 1]],
  },
  {
    id: "sugar",
    title: "慢病处方",
    departmentCode: "QK",
    diagnoses: SUGAR,
    items: [["YBZL01", 1], ["EJSG01", 3], ["AKBT01", 2], ["THXH01", 1]],
  },
  {
    id: "sugar_tests",
    title: "检验单",
    departmentCode: "QK",
    diagnoses: SUGAR,
    items: [["KFXT01", 1], ["XZSX01", 1], ["GGN01", 1], ["SGN01", 1]],
  },
  {
    id: "neck",
    title: "治疗单",
    departmentCode: "KF",
    diagnoses: NECK,
    items: [["TNZL01", 2], ["PTZC01", 2]],
  },
  {
    id: "herbs",
    title: "中药处方",
    departmentCode: "ZY",
    diagnoses: STOMACH,
    items: [["YBZL01", 1], ["HQ01", 7], ["JYH01", 7]],
  },
  {
    id: "stomach",
    title: "门诊处方",
    departmentCode: "QK",
    diagnoses: STOMACH,
    items: [["YBZL01", 1], ["AMLZ01", 2], ["ZBJP01", 1]],
  },
  {
    id: "ultrasound",
    title: "检查单",
    departmentCode: "QK",
    diagnoses: STOMACH,
    items: [["FBBC01", 1]],
  },
  {
    id: "infusion",
    title: "输液单",
    departmentCode: "QK",
    diagnoses: COLD,
    items: [["JMSY01", 1], ["SYQ01", 1], ["PTTS01", 2], ["ZSQ01", 1]],
  },
];

export function findPrescription(id: string): Prescription {
  const found = PRESCRIPTIONS.find((one) => one.id === id);
  if (!found) throw new RangeError(`Cannot find prescription "${id}": expected one of the list`);
  return found;
}

export function writeBill(
  prescription: Prescription,
  details: { readonly billId: string; readonly doctor: HisDoctor; readonly issuedAt: Date },
): HisBill {
  const { doctor } = details;
  const lines = prescription.items.map(([itemCode, quantity], n) =>
    feeLine(itemCode, quantity, n + 1)
  );
  const { code, name, category } = doctor.department;
  return {
    billId: details.billId,
    title: prescription.title,
    department: { code, name, category },
    doctor: { code: doctor.code, name: doctor.name, title: doctor.title },
    diagnoses: [...prescription.diagnoses],
    issuedAt: chinaTime(details.issuedAt),
    amount: formatYuan(sumFen(lines.map((line) => parseYuan(line.amount)))),
    lines,
  };
}

export function feeLine(itemCode: string, quantity: number, lineNumber: number): FeeLine {
  const item = CATALOGUE.find((one) => one.itemCode === itemCode);
  if (!item) {
    throw new RangeError(`Cannot charge item "${itemCode}": expected one of the catalogue`);
  }
  return {
    lineNumber: String(lineNumber),
    catalogueCode: item.catalogueCode,
    itemCode,
    name: item.name,
    specification: item.specification,
    category: CHARGE_CATEGORY_NAMES[item.category],
    quantity: String(quantity),
    unit: item.unit,
    price: item.priceYuan,
    amount: formatYuan(parseYuan(item.priceYuan) * BigInt(quantity)),
  };
}
