import { paymentCode } from "../../sandbox/aggregate_pay/payment_code.ts";
import type { Bill } from "../../server/modules/billing/contract.ts";
import type { OrderView } from "../../server/modules/checkout/contract.ts";
import type { IdentifyReply } from "../../server/modules/identity/contract.ts";
import { newId } from "../../server/platform/ids.ts";
import type { Patient } from "./patients.ts";

/** What the terminal asks during one visit, in order; `read` only when an answer took long. */
export const REQUESTS = ["identify", "bills", "order", "confirm", "tender", "read"] as const;
export type RequestName = (typeof REQUESTS)[number];

/** How the visit's requests reach a platform: over HTTP, or in the same process. */
export type Ask = (
  request: { readonly method: "GET" | "POST"; readonly path: string; readonly body?: unknown },
  terminalId: string,
) => Promise<Response>;

export interface VisitDeps {
  readonly ask: Ask;
  /** Told of every answer and how long it took. */
  readonly observe: (name: RequestName, tookMs: number) => void;
  /** Different for every visit: makes the payment code of it. */
  readonly serial: number;
}

const READS_MAX = 100;
const READ_EVERY_MS = 200;

/** Identify by card, list the bills, order, confirm, pay by payment code; throws unless completed. */
export async function visit(deps: VisitDeps, patient: Patient): Promise<OrderView> {
  const call = caller(deps, patient);
  const identificationId = newId(new Date());
  const identified: IdentifyReply = await call("identify", "/identifications", {
    id: identificationId,
    credential: credentialOf(patient),
  });
  if (identified.kind !== "known") throw unexpected("identify", identified);
  const { bills }: { bills: Bill[] } = await call(
    "bills",
    `/identifications/${identificationId}/bills`,
  );
  if (bills.length === 0) throw unexpected("bills", bills);
  const id = newId(new Date());
  const billIds = bills.map((bill) => bill.id);
  const payable = { kind: "bills", billIds };
  let order: OrderView = await call("order", "/orders", {
    id,
    identificationId,
    payable,
    settlement: "insurance",
  });
  const read = async () => order = await call("read", `/orders/${id}`);
  await until(() => order.stage === "confirm", read);
  order = await call("confirm", `/orders/${id}/confirm`, { quoteVersion: order.quote?.version });
  await until(() => order.stage === "choose_tender", read);
  const code = paymentCode("WXPAY", "pays", deps.serial);
  order = await call("tender", `/orders/${id}/tender`, {
    id: newId(new Date()),
    mode: "scan_code",
    code,
  });
  await until(() => order.stage === "completed", read);
  return order;
}

function caller({ ask, observe }: VisitDeps, { terminalId }: Patient) {
  return async (name: RequestName, path: string, body?: unknown) => {
    const started = performance.now();
    const method = body === undefined ? "GET" : "POST";
    const response = await ask({ method, path, body }, terminalId);
    const reply = await response.json();
    observe(name, performance.now() - started);
    if (!response.ok) throw unexpected(name, reply);
    return reply;
  };
}

async function until(isReached: () => boolean, read: () => Promise<unknown>): Promise<void> {
  for (let n = 0; !isReached(); n++) {
    if (n >= READS_MAX) throw new Error("Cannot complete the visit: the order does not move on");
    await new Promise((resume) => setTimeout(resume, READ_EVERY_MS));
    await read();
  }
}

/** What the terminal sends of a card that is inserted. */
export function credentialOf({ person, card }: Patient): Readonly<Record<string, unknown>> {
  return {
    kind: "social_security_card",
    region: "441900",
    socialSecurityNumber: person.idNumber,
    cardNumber: card.number,
    cardIdentifier: card.identifier,
    name: person.name,
    version: card.version,
  };
}

function unexpected(name: RequestName, reply: unknown): Error {
  return new Error(`Cannot complete the visit: "${name}" was answered ${JSON.stringify(reply)}`);
}
