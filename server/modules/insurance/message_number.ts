import type { Transaction } from "kysely";
import { chinaTime } from "../../platform/clock.ts";
import { insertIfAbsent } from "../../platform/upsert.ts";
import { advanceMessageNumber } from "./store.ts";
import type { InsuranceTables } from "./tables.ts";

/** Serials of one second; past them the number runs into the next second. */
const SERIALS = 10_000n;

/**
 * A msgid that no process of ours used or will use: fixmedins_code(12), Beijing time(14),
 * serial(4). The counter's row stays locked until the caller's transaction ends.
 */
export async function nextMessageId(
  tx: Transaction<InsuranceTables>,
  institutionCode: string,
  at: { readonly now: Date; readonly serialFrom: number },
): Promise<string> {
  const second = BigInt(Math.floor(at.now.getTime() / 1000));
  const floor = second * SERIALS + BigInt(at.serialFrom);
  const key = { institution_code: institutionCode };
  let number = await advanceMessageNumber(tx, institutionCode, floor);
  if (number === null) {
    await insertIfAbsent(tx, "insurance_message_number", { ...key, last: floor - 1n }, [
      "institution_code",
    ]);
    number = await advanceMessageNumber(tx, institutionCode, floor);
  }
  return messageId(institutionCode, number ?? floor);
}

export function messageId(institutionCode: string, number: bigint): string {
  const second = new Date(Number(number / SERIALS) * 1000);
  const serial = String(number % SERIALS).padStart(4, "0");
  return institutionCode + chinaTime(second).replace(/\D/g, "") + serial;
}
