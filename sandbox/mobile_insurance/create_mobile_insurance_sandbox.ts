import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { MOBILE_PATHS } from "../../server/gateways/mobile_insurance/wire.ts";
import type { Clock } from "../../server/platform/clock.ts";
import { faultMiddleware, type Faults } from "../faults.ts";
import { signatureFault } from "../his/check_signature.ts";
import type { AskCentre } from "../insurance/ask_centre.ts";
import { findOrder, listMixes, listOrders, type Mobile, openMobileStore } from "./centre_book.ts";
import { place, query, refund, type Result, revoke, upload } from "./centre_calls.ts";
import { placeSchema } from "./data.ts";
import { deliverReports, type ReportLine, sendReport } from "./reports.ts";
import {
  closeMix,
  payMix,
  placeMix,
  queryMix,
  queryRefund,
  refundMix,
  reportMedicalRefund,
  type WalletReply,
} from "./wallet_calls.ts";
import { type CentreKeys, openRequest, sealAnswer } from "./wrapper.ts";

export interface MobileInsuranceSecrets {
  readonly centre: CentreKeys;
  /** Of the service provider's line to the wallet. */
  readonly wallet: { readonly app: string; readonly secret: string };
  /** Where 6302 goes. */
  readonly reportUrl: () => string;
}

export interface MobileInsuranceSandboxOptions {
  /** A file, or `:memory:`. */
  readonly store: string;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly secrets: MobileInsuranceSecrets;
  readonly centre: AskCentre;
  readonly fetch: typeof fetch;
}

export interface MobileInsuranceSandbox extends Disposable {
  readonly app: Hono;
  /** Sends the reports that are due; how many were sent. */
  tick(): Promise<number>;
}

const CALLS: Readonly<Record<string, (mobile: Mobile, raw: unknown) => Result | null>> = {
  "6201": upload,
  "6202": place,
  "6203": refund,
  "6301": query,
  "6401": revoke,
};
const BODY_BYTES_MAX = 512 * 1024;
const LISTED_MAX = 100;

/** The centre for mobile payment and the wallet that pays its orders (R-PAY-12, R-PAY-13). */
export function createMobileInsuranceSandbox(
  options: MobileInsuranceSandboxOptions,
): MobileInsuranceSandbox {
  const { clock, faults, centre, secrets } = options;
  const store = openMobileStore(options.store);
  const mobile: Mobile = { store, clock, faults, centre };
  const line: ReportLine = { keys: secrets.centre, url: secrets.reportUrl, fetch: options.fetch };
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX }));
  mountControls(app, mobile);
  const around = faultMiddleware({ faults, party: "mobile_insurance", callOf: callOfPath });
  app.use("/org/*", around);
  app.use("/v3/*", around);
  for (const [number, path] of Object.entries(MOBILE_PATHS)) {
    app.post(path, (c) => answer(c, { mobile, line, number }));
  }
  mountWallet(app, mobile, secrets.wallet);
  return {
    app,
    tick: () => deliverReports(mobile, line),
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

interface Asked {
  readonly mobile: Mobile;
  readonly line: ReportLine;
  readonly number: string;
}

async function answer(c: Context, { mobile, line, number }: Asked): Promise<Response> {
  const data = openRequest(line.keys, await c.req.text());
  const timestamp = String(Math.floor(mobile.clock.now().getTime() / 1_000));
  const reply = (result: Result) =>
    c.json(
      result.kind === "done"
        ? sealAnswer(
          line.keys,
          { timestamp, code: "0", message: "成功", success: "true" },
          result.data,
        )
        : sealAnswer(
          line.keys,
          { timestamp, code: "-1", message: result.text, success: "false" },
          {},
        ),
    );
  if (data === null) return reply({ kind: "refused", text: "验签失败" });
  const no = mobile.faults.take("mobile_insurance", number, "refuse");
  if (no) return reply({ kind: "refused", text: no.text });
  const result = mobile.store.atomically(() => CALLS[number]?.(mobile, data) ?? null);
  if (result === null) return c.text("核心系统没有应答", 502);
  if (number === "6202" && mobile.faults.take("mobile_insurance", "notify", "early_notify")) {
    const { data: placed } = placeSchema.safeParse(data);
    const order = placed && findOrder(mobile, "pay_ord_id", placed.payOrdId);
    if (order) await sendReport(mobile, line, order);
  }
  return reply(result);
}

function mountWallet(app: Hono, mobile: Mobile, key: MobileInsuranceSecrets["wallet"]): void {
  const guarded = (
    handle: (c: Context, body: unknown) => WalletReply,
  ) =>
  async (c: Context): Promise<Response> => {
    const text = await c.req.text();
    const { pathname, search } = new URL(c.req.url);
    const request = { method: c.req.method, path: pathname + search, headers: c.req.raw.headers };
    const fault = signatureFault({ ...key, clock: mobile.clock }, request, text);
    if (fault) return c.json({ code: "SIGN_ERROR", message: fault }, 401);
    const { status, body } = mobile.store.atomically(() =>
      handle(c, text === "" ? null : JSON.parse(text))
    );
    return status === 204 ? c.body(null, 204) : c.json(body ?? {}, status);
  };
  app.post("/v3/med-ins/orders", guarded((_c, body) => placeMix(mobile, body)));
  app.get(
    "/v3/med-ins/orders/out-trade-no/:number",
    guarded((c) => queryMix(mobile, c.req.param("number") ?? "")),
  );
  app.post(
    "/v3/pay/transactions/out-trade-no/:number/close",
    guarded((c) => closeMix(mobile, c.req.param("number") ?? "")),
  );
  app.post("/v3/refund/domestic/refunds", guarded((_c, body) => refundMix(mobile, body)));
  app.get(
    "/v3/refund/domestic/refunds/:number",
    guarded((c) => queryRefund(mobile, c.req.param("number") ?? "")),
  );
  app.post(
    "/v3/med-ins/refunds/notify",
    guarded((c, body) => reportMedicalRefund(mobile, c.req.query("mix_trade_no") ?? "", body)),
  );
}

/** The tester's side: the patient's phone, and a look at the books. */
function mountControls(app: Hono, mobile: Mobile): void {
  app.get("/sandbox/orders", (c) =>
    c.json({
      orders: listOrders(mobile, LISTED_MAX).map((order) => ({
        payOrdId: order.pay_ord_id,
        medOrgOrd: order.med_org_ord,
        institution: order.org,
        ordStas: order.ord_stas,
        settlementId: order.setl_id,
        at: new Date(order.at).toISOString(),
      })),
      mixes: listMixes(mobile, LISTED_MAX).map((mix) => ({
        outTradeNo: mix.out_trade_no,
        kind: mix.kind,
        status: mix.status,
        cashFen: String(mix.cash_fen),
        refundedFen: String(mix.refunded_fen),
        at: new Date(mix.at).toISOString(),
      })),
    }));
  app.post("/sandbox/mixes/:number/pay", (c) => {
    const mix = mobile.store.atomically(() => payMix(mobile, c.req.param("number")));
    return mix ? c.json({ status: mix.status }) : c.json({ error: "unknown_order" }, 404);
  });
}

const WALLET_CALLS: readonly [RegExp, string][] = [
  [/\/close$/, "close"],
  [/\/med-ins\/orders$/, "place"],
  [/\/med-ins\/orders\//, "query"],
  [/\/refunds\/notify$/, "report_refund"],
  [/\/domestic\/refunds$/, "refund"],
  [/\/domestic\/refunds\//, "query_refund"],
];

function callOfPath(path: string): string {
  const number = Object.entries(MOBILE_PATHS).find(([, known]) => known === path)?.[0];
  return number ?? WALLET_CALLS.find(([form]) => form.test(path))?.[1] ?? "";
}
