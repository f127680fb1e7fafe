import type { Hono } from "hono";
import { z } from "zod";
import { newId } from "../../server/platform/ids.ts";
import { formatYuan, parseYuan } from "../../server/platform/money.ts";
import { listLimit } from "../list_limit.ts";
import type { His } from "./his_calls.ts";
import { findBill, findPatientBy, insertBill } from "./his_store.ts";
import { PRESCRIPTIONS, writeBill } from "./prescriptions.ts";
import { doctorFor } from "./seed.ts";
import { numberIn, textIn } from "../sqlite.ts";
import { markLine } from "./returns.ts";
import { staffOf } from "./staff.ts";

const POSTINGS_SHOWN_MAX = 200;
const NEW_BILLS_MAX = 20;

const newBillsSchema = z.strictObject({
  /** Defaults to the first institution that has a record of the person. */
  institutionCode: z.string().optional(),
  /** Defaults to the next of the list. */
  prescription: z.enum(PRESCRIPTIONS.map((one) => one.id)).optional(),
  count: z.number().int().min(1).max(NEW_BILLS_MAX).default(1),
});

/** The tester's side: what doctors and pharmacists would do, and a look at the books. Unsigned. */
export function mountControls(app: Hono, his: His): void {
  app.post("/sandbox/persons/:idNumber/bills", async (c) => {
    const parsed = newBillsSchema.safeParse(await c.req.json().catch(() => ({})));
    if (!parsed.success) return c.json({ error: "bad_request" }, 400);
    const billIds = newBills(his, c.req.param("idNumber"), parsed.data);
    return billIds ? c.json({ billIds }) : c.json({ error: "unknown_patient" }, 404);
  });
  app.post("/sandbox/bills/:billId/withdraw", (c) => {
    his.store.run(
      "update bill set state = 'withdrawn' where bill_id = ? and state = 'unpaid'",
      c.req.param("billId"),
    );
    return c.json({ state: findBill(his.store, c.req.param("billId"))?.state ?? null });
  });
  app.post(
    "/sandbox/bills/:billId/amend",
    (c) => c.json({ amount: amend(his, c.req.param("billId")) }),
  );
  app.post("/sandbox/postings/:postingId/render", (c) => {
    his.store.run("update posting set rendered = 1 where posting_id = ?", c.req.param("postingId"));
    return c.body(null, 204);
  });
  app.post("/sandbox/bills/:billId/lines/:lineNumber/render", (c) => {
    markLine(his.store, c.req.param(), "rendered");
    return c.body(null, 204);
  });
  app.get("/sandbox/postings", (c) => {
    const limit = listLimit(c.req.query("limit"), POSTINGS_SHOWN_MAX);
    return c.json({ postings: listPostings(his, limit) });
  });
  app.get("/sandbox/holds", (c) => {
    const limit = listLimit(c.req.query("limit"), POSTINGS_SHOWN_MAX);
    return c.json({ holds: listHolds(his, limit) });
  });
}

function newBills(
  his: His,
  idNumber: string,
  asked: z.infer<typeof newBillsSchema>,
): string[] | null {
  const row = his.store.find(
    `select institution from patient where id_number = ? and institution = coalesce(?, institution)
     order by rowid limit 1`,
    idNumber,
    asked.institutionCode ?? null,
  );
  const institution = row && his.institutions.get(textIn(row, "institution"));
  if (!institution) return null;
  const key = { column: "id_number", value: idNumber } as const;
  const patient = findPatientBy(his.store, institution.code, key);
  if (!patient) return null;
  const staff = staffOf(institution);
  return his.store.atomically(() =>
    Array.from({ length: asked.count }, () => {
      const issuedAt = his.clock.now();
      const billId = `B${newId(issuedAt).replaceAll("-", "")}`;
      const next = Number(his.store.find("select count(*) as n from bill")?.["n"]);
      const prescription = PRESCRIPTIONS.find((one) => one.id === asked.prescription) ??
        PRESCRIPTIONS[next % PRESCRIPTIONS.length];
      if (!prescription) throw new RangeError("Cannot write a bill: expected a prescription");
      const doctor = doctorFor(prescription, staff);
      const bill = writeBill(prescription, { billId, doctor, issuedAt });
      insertBill(his.store, { institution: institution.code, patientId: patient.patientId }, bill);
      return billId;
    })
  );
}

/** The doctor doubles the last line; null when there is no such unpaid bill. */
function amend(his: His, billId: string): string | null {
  const stored = findBill(his.store, billId);
  const last = stored?.bill.lines.at(-1);
  if (!stored || stored.state !== "unpaid" || !last) return null;
  const doubled = {
    ...last,
    quantity: String(Number(last.quantity) * 2),
    amount: formatYuan(parseYuan(last.amount) * 2n),
  };
  const amount = formatYuan(parseYuan(stored.bill.amount) + parseYuan(last.amount));
  const bill = { ...stored.bill, amount, lines: [...stored.bill.lines.slice(0, -1), doubled] };
  const text = JSON.stringify(bill);
  his.store.run("update bill set amended = 1, body = ? where bill_id = ?", text, billId);
  return amount;
}

/** Slots that are, or were, kept for a registration; the newest first. */
function listHolds({ store }: His, limit: number) {
  return store.all("select hold_id, slot_id, state from hold order by rowid desc limit ?", limit)
    .map((row) => ({
      holdId: textIn(row, "hold_id"),
      slotId: row["slot_id"] ?? null,
      state: textIn(row, "state"),
    }));
}

function listPostings(his: His, limit: number) {
  return his.store.all(
    // What was given back in lines counts no more; whole returns are cancelled.
    `select posting_id, institution, state, receipt_number, rendered, at,
       total_fen - (select coalesce(sum(given.total_fen), 0) from posting_return as given
         where given.posting_id = posting.posting_id and posting.state = 'posted') as total_fen
     from posting order by serial desc limit ?`,
    limit,
  ).map((row) => ({
    postingId: textIn(row, "posting_id"),
    institutionCode: textIn(row, "institution"),
    state: textIn(row, "state"),
    receiptNumber: row["receipt_number"] ?? null,
    totalFen: row["total_fen"] === null ? null : String(row["total_fen"]),
    rendered: numberIn(row, "rendered") === 1,
    at: new Date(numberIn(row, "at")).toISOString(),
  }));
}
