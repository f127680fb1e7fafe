import type { Context } from "hono";
import { z } from "zod";
import {
  chooseTenderBodySchema,
  confirmOrderBodySchema,
  createOrderBodySchema,
} from "../server/modules/checkout/contract.ts";
import { callStaffBodySchema } from "../server/modules/fleet/contract.ts";
import {
  createProfileBodySchema,
  identifyBodySchema,
  presentAgainBodySchema,
} from "../server/modules/identity/contract.ts";
import {
  giveConsentBodySchema,
  withdrawRelativeBodySchema,
} from "../server/modules/insurance/relatives/contract.ts";
import { askDischargeBodySchema } from "../server/modules/inpatient/contract.ts";
import { requestRefundBodySchema } from "../server/modules/refund/contract.ts";
import { SERVICES } from "../server/modules/settings/contract.ts";
import { idField } from "../server/platform/openapi.ts";
import { refuse } from "./problems.ts";

/** What the screens may send; whatever else comes is refused at this door. */

export const identifyRequest = identifyBodySchema.omit({ id: true });

export const faceRequest = z.strictObject({
  service: z.enum(SERVICES).nullable(),
  number: z.string().regex(/^\d*[\dX]$/).max(18).nullable(),
});

/** A face is read here: what the camera gave never goes to a screen. */
const face = z.strictObject({ face: faceRequest.pick({ number: true }) });

const presented = presentAgainBodySchema.extend({ identificationId: idField });
export const presentRequest = z.union([
  presented,
  presented.omit({ credential: true }).extend(face.shape),
]);

const relative = giveConsentBodySchema.omit({ id: true });
export const relativeRequest = z.union([
  relative,
  relative.omit({ credential: true }).extend(face.shape),
]);

export const withdrawRequest = withdrawRelativeBodySchema;

export const profileRequest = z.strictObject({
  identificationId: idField,
  phone: createProfileBodySchema.shape.phone,
});

export const newOrderRequest = createOrderBodySchema.omit({ id: true });

export const confirmRequest = confirmOrderBodySchema;

/** Not of cards: those never come from a screen. */
const [showCode, scanCode, , citizenCode, medicalMix] = chooseTenderBodySchema.options;
export const tenderRequest = z.discriminatedUnion("mode", [
  showCode.omit({ id: true }),
  scanCode.omit({ id: true }),
  citizenCode.omit({ id: true }),
  medicalMix.omit({ id: true }),
]);

export const cardActRequest = z.strictObject({
  act: z.enum(["stop", "skip_pin", "other_card"]),
});

export const printRequest = z.strictObject({ slip: z.enum(["receipt", "pending", "returned"]) });

export const refundRequest = requestRefundBodySchema.omit({ id: true });

export const dischargeRequest = askDischargeBodySchema.omit({ id: true });

export const callRequest = callStaffBodySchema.omit({ id: true });

export const scannerWantRequest = z.strictObject({
  want: z.enum(["credential", "payment_code", "nothing"]),
});

export const identificationQuery = z.strictObject({ identificationId: idField });
export const departmentQuery = z.strictObject({
  identificationId: idField,
  department: z.string().min(1).max(30),
});
export const scheduleQuery = z.strictObject({
  identificationId: idField,
  schedule: z.string().min(1).max(64),
});

export const refundableQuery = z.strictObject({ identificationId: idField, orderId: idField });

/** Reads what came through the schema, or gives the refusal to answer with. */
export async function readBody<Value>(
  context: Context,
  schema: z.ZodType<Value>,
): Promise<Value | Response> {
  let body: unknown;
  try {
    body = await context.req.json();
  } catch {
    return refuseInvalid("");
  }
  return readValue(schema, body);
}

export function readQuery<Value>(context: Context, schema: z.ZodType<Value>): Value | Response {
  return readValue(schema, context.req.query());
}

function readValue<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
): Value | Response {
  const read = schema.safeParse(value);
  return read.success ? read.data : refuseInvalid(read.error.issues[0]?.path.join(".") ?? "");
}

/** Names the field, never the value: it may be of a person. */
function refuseInvalid(field: string): Response {
  return refuse({
    status: 400,
    code: "terminal.invalid_request",
    title: field ? `Cannot read "${field}" of the request` : "Cannot read the request as JSON",
    retry: "never",
  });
}
