import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import { FSI_PATHS, toYuan } from "../../server/gateways/insurance/wire.ts";
import { chinaTime, type Clock } from "../../server/platform/clock.ts";
import type { City } from "../city/city.ts";
import { faultMiddleware, type Faults } from "../faults.ts";
import { type Desk, type Handler, Refusal, registerPersons, today } from "./desk.ts";
import { InsuranceStore, type SettlementRow, unpackFigures } from "./insurance_store.ts";
import { queryPerson, readCard, readFace, readVoucher, signIn } from "./people.ts";
import { compareTotals, listVisits, querySettlement } from "./queries.ts";
import { receiverWanted } from "./receiver.ts";
import { DONGGUAN_SANDBOX, type SandboxRegion } from "./region.ts";
import { type Envelope, envelopeSchema } from "./requests.ts";
import { listLimit } from "../list_limit.ts";
import { type AskCentre, askInside } from "./ask_centre.ts";
import { clearMonthSchema } from "./clear_month.ts";
import { presettle, reverse, settle, voidSettlement } from "./settlements.ts";
import { cancelFees, cancelVisit, describeVisit, registerVisit, uploadFees } from "./visits.ts";

/** The national insurance platform's institution interface, with state and a region's rules. */
export interface InsuranceSandbox extends Disposable {
  readonly app: Hono;
  /** The centre's own side: what HIS or the centre for mobile payment asks it, past the gateway. */
  readonly ask: AskCentre;
}

export interface InsuranceSandboxOptions {
  /** A file, or `:memory:`. */
  readonly store: string;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly city: Pick<City, "persons">;
  readonly region?: SandboxRegion;
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  "9001": signIn,
  "1101": queryPerson,
  "1161": readCard,
  "1162": readVoucher,
  "2201": registerVisit,
  "2202": cancelVisit,
  "2203": describeVisit,
  "2204": uploadFees,
  "2205": cancelFees,
  "2206": presettle,
  "2207": settle,
  "2208": voidSettlement,
  "2601": reverse,
  "3201": compareTotals,
  "5201": listVisits,
  "5203": querySettlement,
};
const A_FORMS = ["2203", "2206", "2207"];
const TIMESTAMP_SECONDS_MAX = 300;
const SETTLEMENTS_LISTED_MAX = 100;
const BODY_CHARS_MAX = 200_000;

export function createInsuranceSandbox(options: InsuranceSandboxOptions): InsuranceSandbox {
  const desk: Desk = {
    store: new InsuranceStore(options.store),
    persons: registerPersons(options.city.persons),
    region: options.region ?? DONGGUAN_SANDBOX,
    clock: options.clock,
    faults: options.faults,
  };
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/sandbox/settlements", (c) => {
    const limit = listLimit(c.req.query("limit"), SETTLEMENTS_LISTED_MAX);
    return c.json({ settlements: listSettlements(desk, limit) });
  });
  app.post("/sandbox/faces", async (c) => {
    const { idNumber } = await c.req.json();
    return c.json({ token: readFace(desk, String(idNumber))?.ecToken ?? null });
  });
  app.post("/sandbox/clear-month", async (c) => c.json(clearMonth(desk, await c.req.json())));
  const around = faultMiddleware({
    faults: options.faults,
    party: "insurance",
    callOf: (path) => (numberOfPath(path) ?? "").replace(/A$/, ""),
  });
  app.post("/ebus/gdyb_api/prd/hsa/hgs/:infno", around, (c) => answer(c, desk));
  app.post("/fsi/api/:service/:method", around, (c) => answer(c, desk));
  return {
    app,
    ask: (question) => askInside(desk, question, (envelope, body) => handle(desk, envelope, body)),
    [Symbol.dispose]: () => desk.store[Symbol.dispose](),
  };
}

async function answer(c: Context, desk: Desk): Promise<Response> {
  const gatewayFault = checkHeaders(desk, (name) => c.req.header(name) ?? "");
  if (gatewayFault) return c.json({ code: 401001, message: gatewayFault, success: false });
  const body = await c.req.text();
  const envelope = body.length > BODY_CHARS_MAX ? null : parseEnvelope(body);
  if (typeof envelope === "string" || envelope === null) {
    return c.json(reply(desk, { infcode: -1, err_msg: envelope ?? "报文过大", output: null }));
  }
  if (envelope.infno !== numberOfPath(c.req.path)) {
    return c.json(reply(desk, { infcode: -1, err_msg: "交易编号与地址不符", output: null }));
  }
  return c.body(handle(desk, envelope, body), 200, { "content-type": "application/json" });
}

/** Same msgid, same body: the first answer again. Answer and effects are one transaction. */
function handle(desk: Desk, envelope: Envelope, body: string): string {
  const hash = createHash("sha256").update(body).digest("hex");
  return desk.store.transaction(() => {
    const held = desk.store.find<{ body_hash: string; answer: string }>(
      "select body_hash, answer from message where msgid = ?",
      envelope.msgid,
    );
    if (held?.body_hash === hash) return held.answer;
    if (held) {
      return JSON.stringify(reply(desk, { infcode: -1, err_msg: "报文ID重复", output: null }));
    }
    const text = JSON.stringify(reply(desk, carryOut(desk, envelope)));
    desk.store.run("insert into message values (?, ?, ?)", envelope.msgid, hash, text);
    return text;
  });
}

interface Result {
  readonly infcode: 0 | -1;
  readonly err_msg: string | null;
  readonly output: unknown;
}

function carryOut(desk: Desk, envelope: Envelope): Result {
  try {
    const output = desk.store.attempt(
      () => dispatch(desk, envelope),
      (thrown) => !(thrown instanceof Refusal && thrown.keeps),
    );
    return { infcode: 0, err_msg: null, output };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return { infcode: -1, err_msg: thrown.message, output: null };
  }
}

function dispatch(desk: Desk, envelope: Envelope): unknown {
  const number = envelope.infno.replace(/A$/, "");
  const handler = HANDLERS[number];
  const wantsA = desk.region.aForms && A_FORMS.includes(number);
  if (!handler || wantsA !== envelope.infno.endsWith("A")) throw new Refusal("交易编号不存在");
  const refuse = desk.faults.take("insurance", number, "refuse");
  if (refuse) throw new Refusal(refuse.text + JAVA_STACK);
  const receiver = receiverWanted(desk.region, { number, input: envelope.input });
  if (receiver !== null && receiver !== envelope.recer_sys_code) {
    throw new Refusal("接收方系统代码与险种不符");
  }
  if (number !== "9001") checkSignNo(desk, envelope);
  return handler(desk, envelope);
}

/** Real answers carry such tails behind the text for people. */
const JAVA_STACK =
  "\n\tat cn.hsa.hgs.service.SettleServiceImpl.process(SettleServiceImpl.java:412)" +
  "\n\tat java.lang.Thread.run(Thread.java:748)";

function checkSignNo(desk: Desk, envelope: Envelope): void {
  if (!desk.region.checksSignNo) return;
  const signed = desk.store.find(
    "select 1 from sign_in where fixmedins_code = ? and opter_no = ? and sign_no = ? and day = ?",
    envelope.fixmedins_code,
    envelope.opter,
    envelope.sign_no,
    today(desk),
  );
  if (!signed) throw new Refusal("未签到或签到已失效");
}

function checkHeaders(desk: Desk, header: (name: string) => string): string | null {
  const { tif } = desk.region;
  if (tif === null) return null;
  const timestamp = header("x-tif-timestamp");
  const nonce = header("x-tif-nonce");
  const awayS = Math.abs(desk.clock.now().getTime() / 1000 - Number(timestamp));
  if (!/^\d{10}$/.test(timestamp) || awayS > TIMESTAMP_SECONDS_MAX) return "请求时间戳超出范围";
  if (!/^[0-9A-Za-z]{6,32}$/.test(nonce)) return "随机数格式错误";
  const signed = createHash("sha256").update(timestamp + tif.secretKey + nonce + timestamp);
  const matches = signed.digest("hex") === header("x-tif-signature");
  return matches && header("x-tif-paasid") === tif.paasid ? null : "签名校验失败";
}

/** The envelope, or the centre's text about what is wrong with it. */
function parseEnvelope(body: string): Envelope | string {
  try {
    const parsed = envelopeSchema.safeParse(JSON.parse(body));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    return `报文校验失败：${issue?.path.join(".")} ${issue?.message}`;
  } catch {
    return "报文不是JSON";
  }
}

function reply(desk: Desk, result: Result): unknown {
  const at = desk.clock.now();
  const time = chinaTime(at).replace(/\D/g, "");
  const millis = String(at.getMilliseconds()).padStart(3, "0");
  const serial = String(desk.store.next("refmsgid")).padStart(10, "0");
  return {
    infcode: desk.region.infcodeAsText ? String(result.infcode) : result.infcode,
    inf_refmsgid: `${desk.region.admdvs}${time}${serial}`,
    refmsg_time: time + millis,
    respond_time: time + millis,
    err_msg: result.err_msg,
    warn_msg: null,
    enctype: null,
    signtype: null,
    cainfo: null,
    output: result.output,
  };
}

function numberOfPath(path: string): string | null {
  const parts = path.split("/");
  const last = parts.at(-1) ?? "";
  if (path.includes("/ebus/")) return last;
  const method = `${parts.at(-2)}/${last}`;
  return Object.entries(FSI_PATHS).find(([, known]) => known === method)?.[0] ?? null;
}

/** What 3203 ends in: the month (`2026-03`) of an institution is closed. */
function clearMonth(desk: Desk, body: unknown): unknown {
  const { institution, month } = clearMonthSchema.parse(body);
  desk.store.run("insert or ignore into cleared_month values (?, ?)", institution, month);
  return { institution, month };
}

/** For the fault panel: no names, no numbers of persons. */
function listSettlements(desk: Desk, limit: number): unknown[] {
  const rows = desk.store.list<SettlementRow>(
    "select * from settlement order by setl_id desc limit ?",
    limit,
  );
  return rows.map((row) => {
    const figures = unpackFigures(row.figures);
    return {
      settlementId: row.setl_id,
      visitId: row.mdtrt_id,
      institution: row.fixmedins_code,
      scheme: row.insutype,
      at: row.setl_time,
      voids: row.voids_setl_id,
      voidedBy: row.voided_by,
      totalYuan: toYuan(figures.amount),
      fundYuan: toYuan(figures.fund),
      accountYuan: toYuan(figures.account + figures.relative),
      relativeYuan: toYuan(figures.relative),
      cashYuan: toYuan(figures.cash),
    };
  });
}
