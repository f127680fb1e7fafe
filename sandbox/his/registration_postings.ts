import type * as wire from "../../server/gateways/his/wire.ts";
import { heldSchema } from "../../server/gateways/his/wire.ts";
import { parseYuan } from "../../server/platform/money.ts";
import { type Effect, refusal } from "./bill_postings.ts";
import type { His } from "./his_calls.ts";
import { findHold, isExpired } from "./holds.ts";
import { numberIn, textIn } from "../sqlite.ts";

/** A registration's posting has its hold's id: both are the order's. */
export function postRegistration(his: His, body: wire.Post, holdId: string): Effect {
  const hold = findHold(his, holdId);
  if (!hold) return refusal("unknown_hold", "没有此锁号");
  if (hold["state"] === "released") return refusal("hold_released", "号源已释放");
  if (hold["state"] === "posted") return refusal("slot_taken", "号源已挂出");
  if (isExpired(his, hold)) return refusal("hold_expired", "锁号已过期");
  if (hold["patient_id"] !== body.patientId || hold["institution"] !== body.institutionCode) {
    return refusal("unknown_hold", "锁号不属于此患者");
  }
  if (holdId !== body.postingId) return refusal("conflict", "入账号与锁号不符");
  if (BigInt(numberIn(hold, "amount_fen")) !== BigInt(parseYuan(body.total))) {
    return refusal("amount_mismatch", "总额与挂号费不符");
  }
  const held = heldSchema.parse(JSON.parse(textIn(hold, "body")));
  his.store.run("update hold set state = 'posted' where hold_id = ?", holdId);
  his.store.run(
    "insert into visit (institution, patient_id, doctor_code, at) values (?, ?, ?, ?)",
    body.institutionCode,
    body.patientId,
    held.doctor.code,
    his.clock.now().getTime(),
  );
  const place = held.location ?? held.department.name;
  return {
    kind: "posted",
    guidance: [`请于${held.day} ${held.startsAt}前到${place}候诊`, `就诊序号 ${held.number} 号`],
  };
}

/** The slot is free again; the id stays used up. */
export function unpostRegistration(his: His, postingId: string): void {
  his.store.run(
    "update hold set state = 'released' where hold_id = ? and state = 'posted'",
    postingId,
  );
}
