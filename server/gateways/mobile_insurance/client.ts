import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { done, notSent, type Outcome, refused, unknown } from "../../platform/outcome.ts";
import type { Party } from "../../platform/party.ts";
import {
  MOBILE_PATHS,
  type MobileNumber,
  type MobileOrder,
  orderSchema,
  refundedSchema,
  uploadedSchema,
} from "./wire.ts";
import { openWrapper, sealWrapper, type WrapperLine } from "./wrapper.ts";

/** The centre for mobile payment. Data is what the standard calls `data`, with its spellings. */
export interface MobileInsuranceClient {
  /** 6201: fees; answers the centre's own number of the order. */
  upload(data: MobileData): Promise<Outcome<z.infer<typeof uploadedSchema>>>;
  /** 6202: presettles what was uploaded. */
  place(data: MobileData): Promise<Outcome<MobileOrder>>;
  /** 6203; `EXP` is an answer we do not have. */
  refund(data: MobileData): Promise<Outcome<null>>;
  /** 6301; null for an order the centre does not know. */
  query(data: MobileData): Promise<Outcome<MobileOrder | null>>;
  /** 6401, before payment. */
  revoke(data: MobileData): Promise<Outcome<null>>;
}

export type MobileData = Readonly<Record<string, unknown>>;

export interface MobileClientOptions {
  readonly party: Party;
  readonly line: WrapperLine;
  readonly clock: Clock;
}

const TEXT_CHARS_MAX = 200;
/** What the centre says of an order it does not know. */
const UNKNOWN_ORDER = /订单不存在|未查询到.*订单/;

export function openMobileInsurance(options: MobileClientOptions): MobileInsuranceClient {
  return {
    upload: (data) => exchange(options, { number: "6201", data, answer: uploadedSchema }),
    place: (data) => exchange(options, { number: "6202", data, answer: orderSchema }),
    async refund(data) {
      const outcome = await exchange(options, { number: "6203", data, answer: refundedSchema });
      if (outcome.kind !== "done") return outcome;
      switch (outcome.value.refStatus) {
        case "SUCC":
          return done(null);
        case "FAIL":
          return refused("insurance.refused", "退费失败");
        case "EXP":
          return unknown("6203 answered EXP");
      }
    },
    async query(data) {
      const outcome = await exchange(options, { number: "6301", data, answer: orderSchema });
      const isAbsent = outcome.kind === "refused" && UNKNOWN_ORDER.test(outcome.text);
      return isAbsent ? done(null) : outcome;
    },
    async revoke(data) {
      const outcome = await exchange(options, { number: "6401", data, answer: z.unknown() });
      return outcome.kind === "done" ? done(null) : outcome;
    },
  };
}

interface Call<Answer> {
  readonly number: MobileNumber;
  readonly data: MobileData;
  readonly answer: z.ZodType<Answer>;
}

/** Only a signed no is a no; what a gateway says in its own words tells nothing of the centre. */
async function exchange<Answer>(
  { party, line, clock }: MobileClientOptions,
  call: Call<Answer>,
): Promise<Outcome<Answer>> {
  const sealed = await sealWrapper(line, call.data, { timestamp: stamp(line, clock) });
  const reply = await party.send({
    method: "POST",
    path: MOBILE_PATHS[call.number],
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(sealed),
    readOnly: call.number === "6301",
  });
  if (reply.kind === "not_sent") return notSent(reply.reason);
  if (reply.kind === "lost") return unknown(reply.reason);
  const opened = await openWrapper(line, reply.body);
  if (opened.kind === "bad_signature") return unknown(`${call.number}: bad signature`);
  if (opened.kind === "unreadable") return unknown(`${call.number}: ${opened.reason}`);
  if (!opened.success) {
    return refused("insurance.refused", opened.message.slice(0, TEXT_CHARS_MAX));
  }
  const parsed = call.answer.safeParse(opened.data);
  if (parsed.success) return done(parsed.data);
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  return unknown(`${call.number}: unreadable "${where}"`);
}

function stamp(line: WrapperLine, clock: Clock): string {
  const ms = clock.now().getTime();
  return String(line.profile.timestamp === "seconds" ? Math.floor(ms / 1_000) : ms);
}
