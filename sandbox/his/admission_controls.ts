import type { Hono } from "hono";
import { z } from "zod";
import { newId } from "../../server/platform/ids.ts";
import { parseYuan } from "../../server/platform/money.ts";
import { type Row, textIn } from "../sqlite.ts";
import { addDeposit, lastStay } from "./admissions.ts";
import type { His } from "./his_calls.ts";
import { findPatientBy } from "./his_store.ts";
import { admit } from "./seed_stays.ts";

const yuan = z.string().regex(/^\d{1,8}\.\d{2}$/);
const admitSchema = z.strictObject({ cost: yuan.default("0.00") });
const settleSchema = z.strictObject({
  /** What the whole stay cost. */
  cost: yuan,
  /** Has left, and is not settled yet. */
  only: z.literal("discharged").optional(),
});
const depositSchema = z.strictObject({ amount: yuan });

/** What the ward and the in-patient desk would do with a person at the first place that knows him. */
export function mountAdmissionControls(app: Hono, his: His): void {
  app.post("/sandbox/persons/:idNumber/admit", async (c) => {
    const body = admitSchema.safeParse(await c.req.json().catch(() => ({})));
    const patient = patientOf(his, c.req.param("idNumber"));
    if (!body.success || !patient) return c.json({ error: "bad_request" }, 400);
    const admissionNumber = admit(his.store, {
      ...patient,
      costFen: parseYuan(body.data.cost),
      at: his.clock.now(),
    });
    return c.json({ admissionNumber });
  });
  app.post("/sandbox/persons/:idNumber/settle-stay", async (c) => {
    const body = settleSchema.safeParse(await c.req.json().catch(() => ({})));
    const stay = stayOf(his, c.req.param("idNumber"));
    if (!body.success || !stay) return c.json({ error: "bad_request" }, 400);
    his.store.run(
      "update admission set state = ?, cost_fen = ? where admission_number = ?",
      body.data.only ?? "settled",
      parseYuan(body.data.cost),
      textIn(stay, "admission_number"),
    );
    return c.json({ state: body.data.only ?? "settled" });
  });
  app.post("/sandbox/persons/:idNumber/window-deposit", async (c) => {
    const body = depositSchema.safeParse(await c.req.json().catch(() => ({})));
    const stay = stayOf(his, c.req.param("idNumber"));
    if (!body.success || !stay) return c.json({ error: "bad_request" }, 400);
    addDeposit(his, {
      postingId: `window-${newId(his.clock.now())}`,
      admissionNumber: textIn(stay, "admission_number"),
      amountFen: parseYuan(body.data.amount),
    });
    return c.body(null, 204);
  });
}

function stayOf(his: His, idNumber: string): Row | null {
  const patient = patientOf(his, idNumber);
  return patient && lastStay(his, patient.institution, patient.patientId);
}

function patientOf({ store }: His, idNumber: string) {
  const row = store.find(
    "select institution from patient where id_number = ? order by rowid limit 1",
    idNumber,
  );
  if (!row) return null;
  const institution = textIn(row, "institution");
  const found = findPatientBy(store, institution, { column: "id_number", value: idNumber });
  return found && { institution, patientId: found.patientId, name: found.name };
}
