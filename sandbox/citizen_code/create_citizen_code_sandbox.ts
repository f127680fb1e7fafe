import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import {
  type Citizen,
  type CodeRefusal,
  DECODE_PATH,
  decodeSchema,
} from "../../server/gateways/citizen_code/wire.ts";
import {
  type CodePaymentCall,
  orderSchema,
  PAYMENT_PATHS,
  paySchema,
  refundQuerySchema,
  refundSchema,
} from "../../server/gateways/citizen_code/wire/payment.ts";
import type { Clock } from "../../server/platform/clock.ts";
import type { City, CityPerson } from "../city/city.ts";
import { faultMiddleware, type Faults } from "../faults.ts";
import { listLimit } from "../list_limit.ts";
import { signatureFault } from "../his/check_signature.ts";
import { type Answer, CodeAccounts } from "./code_accounts.ts";
import { presentedAt } from "./present_code.ts";

const BODY_BYTES_MAX = 16 * 1024;
const ORDERS_SHOWN_MAX = 200;

/** Control side: what a person's account holds. */
const accountBody = z.strictObject({
  idNumber: z.string().min(1).max(32),
  balanceFen: z.int().min(0).max(10_000_000_000),
});

export interface CitizenCodeSandbox extends Disposable {
  readonly app: Hono;
}

/** The city's code platform: who a code names, and the accounts behind consumption codes. */
export function createCitizenCodeSandbox(options: {
  /** File of its books, or `:memory:`. */
  readonly store: string;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly city: City;
  readonly key: { readonly app: string; readonly secret: string };
}): CitizenCodeSandbox {
  const { clock, faults, city, key } = options;
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.use(DECODE_PATH, bodyLimit({ maxSize: BODY_BYTES_MAX }));
  app.use(DECODE_PATH, faultMiddleware({ faults, party: "citizen_code", callOf: () => "decode" }));
  app.post(DECODE_PATH, async (c) => {
    const text = await c.req.text();
    const request = { method: c.req.method, path: c.req.path, headers: c.req.raw.headers };
    const wrong = signatureFault({ ...key, clock }, request, text);
    if (wrong) return c.json(refuse("bad_signature", wrong), 401);
    const body = decodeSchema.safeParse(parseJson(text));
    if (!body.success) return c.json(refuse("bad_request", "报文格式不正确"), 400);
    const no = faults.take("citizen_code", "decode", "refuse");
    if (no) return c.json(refuse("unknown_code", no.text));
    return c.json(decode(city.persons, body.data.code, clock.now()));
  });
  const accounts = new CodeAccounts({ ...options, persons: city.persons });
  servePayments(app, accounts, options);
  app.get("/sandbox/orders", (c) => {
    const limit = listLimit(c.req.query("limit"), ORDERS_SHOWN_MAX);
    return c.json({ orders: accounts.orders(limit) });
  });
  app.post("/sandbox/accounts", async (c) => {
    const body = accountBody.safeParse(await c.req.json().catch(() => null));
    if (!body.success) return c.json({ kind: "not_done", reason: "请求不合规范" }, 400);
    accounts.setBalance(body.data.idNumber, body.data.balanceFen);
    return c.json({ kind: "done" });
  });
  return { app, [Symbol.dispose]: () => accounts[Symbol.dispose]() };
}

interface Serving {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly key: { readonly app: string; readonly secret: string };
}

function servePayments(app: Hono, accounts: CodeAccounts, serving: Serving): void {
  const serve = <Request>(
    call: CodePaymentCall,
    schema: z.ZodType<Request>,
    answer: (request: Request) => Answer<object>,
  ) => {
    const path = PAYMENT_PATHS[call];
    const { faults, clock, key } = serving;
    app.use(path, bodyLimit({ maxSize: BODY_BYTES_MAX }));
    app.use(path, faultMiddleware({ faults, party: "citizen_code", callOf: () => call }));
    app.post(path, async (c) => {
      const text = await c.req.text();
      const request = { method: c.req.method, path: c.req.path, headers: c.req.raw.headers };
      const wrong = signatureFault({ ...key, clock }, request, text);
      if (wrong) return c.json(refuse("bad_signature", wrong), 401);
      const body = schema.safeParse(parseJson(text));
      if (!body.success) return c.json(refuse("bad_request", "报文格式不正确"), 400);
      const answered = answer(body.data);
      return c.json("code" in answered ? answered : { code: "ok", data: answered });
    });
  };
  serve("pay", paySchema, (order) => accounts.pay(order));
  serve("query", orderSchema, (order) => accounts.query(order));
  serve("close", orderSchema, (order) => accounts.close(order));
  serve("refund", refundSchema, (refund) => accounts.refund(refund));
  serve("query_refund", refundQuerySchema, (refund) => accounts.queryRefund(refund));
}

function decode(persons: readonly CityPerson[], code: string, now: Date) {
  for (const person of persons) {
    const text = [person.codes.essc, person.codes.health].find((own) =>
      own !== null && code.startsWith(own)
    );
    if (!text) continue;
    const shown = presentedAt(code, text, now);
    if (shown === "nonsense") break;
    if (shown === "expired") return refuse("expired_code", "二维码已过期，请刷新后再扫");
    return { code: "ok", data: citizen(person, text) };
  }
  return refuse("unknown_code", "无法识别的二维码");
}

function citizen(person: CityPerson, text: string): Citizen {
  const isCard = text === person.codes.essc;
  return {
    kind: isCard ? "essc" : "health_code",
    name: person.name,
    idNumber: person.idNumber,
    socialSecurityNumber: isCard ? person.idNumber : null,
    healthIndex: isCard ? null : text.split(":")[2] ?? null,
  };
}

function refuse(code: CodeRefusal, message: string) {
  return { code, message };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
