import type { z } from "zod";
import { chinaTime, type Clock } from "../../platform/clock.ts";
import type { Party } from "../../platform/party.ts";
import { done, type Outcome, refused, unknown } from "../../platform/outcome.ts";
import { type CaSigner, newNonce, signCa, signTif, type TifSecrets } from "./header_signature.ts";
import { asksPin, pathOf, receiverOf, type RegionalProfile, wireNumber } from "./profile.ts";
import {
  answerEnvelopeSchema,
  type Infno,
  INPUT_CHARS_MAX,
  type OutputOf,
  OUTPUTS,
  type Outputs,
  type RequestEnvelope,
} from "./wire.ts";

/** In whose name a message goes. */
export interface MessageSite {
  readonly code: string;
  readonly name: string;
  readonly admdvs: string;
  readonly operator: { readonly number: string; readonly name: string };
}

export interface MessageContext {
  readonly site: MessageSite;
  /** Committed by the caller before this is called. */
  readonly msgid: string;
  /** The person's 参保地; null where no person is named. */
  readonly insuplc: string | null;
  /** The scheme it is about, where it is about one. */
  readonly insutype?: string | null;
  readonly signNo: string | null;
  /** The PIN pad's envelope; travels where the profile says. */
  readonly pin?: string;
}

/** What came back, with what the message log keeps of it. */
export interface Exchange<Value> {
  readonly outcome: Outcome<Value>;
  readonly infcode: string | null;
  readonly refmsgid: string | null;
}

export interface InsuranceClient {
  send<Number extends Infno>(
    infno: Number,
    input: Readonly<Record<string, unknown>>,
    context: MessageContext,
  ): Promise<Exchange<OutputOf<Number>>>;
}

export interface InsuranceClientOptions {
  readonly party: Party;
  readonly profile: RegionalProfile;
  readonly secrets: TifSecrets | null;
  /** Of gateways whose header is `x_ca`. */
  readonly signer?: CaSigner;
  readonly clock: Clock;
}

const ERROR_TEXT_CHARS_MAX = 200;
const READ_ONLY: readonly Infno[] = ["1101", "1162", "3201", "5201", "5203"];
/** 冲正、撤销结算、撤销明细、撤销就诊: nhsa.md §2. */
const TAKES_BACK: ReadonlySet<Infno> = new Set(["2601", "2208", "2205", "2202"]);

/** opter_type of a self-service terminal. */
const SELF_SERVICE = "2";

/** Typed by number, so that an answer's type follows from the number asked. */
const SCHEMAS: { readonly [Number in Infno]: z.ZodType<Outputs[Number]> } = OUTPUTS;

export function createInsuranceClient(options: InsuranceClientOptions): InsuranceClient {
  return {
    async send(infno, input, context) {
      const body = JSON.stringify(buildEnvelope(options, { infno, input, context }));
      if (JSON.stringify(input).length > INPUT_CHARS_MAX) {
        return noAnswer({ kind: "not_sent", reason: "input over 40000 characters" });
      }
      const reply = await options.party.send({
        method: "POST",
        path: pathOf(options.profile, infno),
        headers: await buildHeaders(options, body),
        body,
        readOnly: READ_ONLY.includes(infno),
        takesBack: TAKES_BACK.has(infno),
      });
      if (reply.kind === "lost") return noAnswer(unknown(reply.reason));
      if (reply.kind === "not_sent") return noAnswer(reply);
      const { refusalCodes } = options.profile;
      return readAnswer(reply, { schema: SCHEMAS[infno], refusalCodes });
    },
  };
}

interface Message {
  readonly infno: Infno;
  readonly input: unknown;
  readonly context: MessageContext;
}

function buildEnvelope(options: InsuranceClientOptions, message: Message): RequestEnvelope {
  const { profile, clock } = options;
  const { site, msgid, insuplc, insutype = null, signNo } = message.context;
  const pin = insuplc !== null && asksPin(profile, insuplc) ? message.context.pin ?? "" : "";
  return {
    infno: wireNumber(profile, message.infno),
    msgid,
    mdtrtarea_admvs: site.admdvs,
    insuplc_admdvs: insuplc ?? "",
    recer_sys_code: receiverOf(profile, insutype),
    dev_no: site.operator.number,
    dev_safe_info: "",
    cainfo: profile.pinCarrier === "cainfo" ? pin : "",
    signtype: profile.signtype,
    infver: profile.infver,
    opter_type: SELF_SERVICE,
    opter: site.operator.number,
    opter_name: site.operator.name,
    inf_time: chinaTime(clock.now()),
    fixmedins_code: site.code,
    fixmedins_name: site.name,
    sign_no: profile.sendsSignNo ? signNo ?? "" : "",
    ...(profile.pinCarrier === "pw_ecToken" && { pw_ecToken: pin }),
    input: message.input,
  };
}

async function buildHeaders(
  options: InsuranceClientOptions,
  body: string,
): Promise<Record<string, string>> {
  const json = { "content-type": "application/json; charset=utf-8" };
  const { profile: { header }, secrets, signer } = options;
  const at = options.clock.now();
  if (header === "x_ca" && signer) return { ...json, ...await signCa(signer, { at, body }) };
  if (header !== "x_tif" || secrets === null) return json;
  return { ...json, ...await signTif(secrets, { at, nonce: newNonce() }) };
}

interface Reading<Value> {
  readonly schema: z.ZodType<Value>;
  readonly refusalCodes: readonly string[];
}

/**
 * Envelope, gateway error or no JSON at all: the latter two carry no infcode, may come with HTTP
 * 200 and say nothing about what the platform did, so they are `unknown`.
 */
function readAnswer<Value>(
  reply: { readonly status: number; readonly body: string },
  reading: Reading<Value>,
): Exchange<Value> {
  const json = parseJson(reply.body);
  if (json === undefined) return noAnswer(unknown(`not JSON, HTTP ${reply.status}`));
  const envelope = answerEnvelopeSchema.safeParse(json);
  if (!envelope.success) return noAnswer(unknown(`gateway error, HTTP ${reply.status}`));
  const { infcode, inf_refmsgid: refmsgid, err_msg, output } = envelope.data;
  if (infcode !== "0") {
    // The text for people is the first line; a Java stack often follows.
    const text = (err_msg ?? "").split("\n", 1).join("").slice(0, ERROR_TEXT_CHARS_MAX);
    const outcome = reading.refusalCodes.includes(infcode)
      ? refused("insurance.refused", text)
      : unknown(`infcode ${infcode.slice(0, 8)}`);
    return { outcome, infcode, refmsgid };
  }
  const parsed = reading.schema.safeParse(output);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join(".") ?? "";
    return { outcome: unknown(`unreadable output at "${where}"`), infcode, refmsgid };
  }
  return { outcome: done(parsed.data), infcode, refmsgid };
}

function noAnswer(outcome: Outcome<never>): Exchange<never> {
  return { outcome, infcode: null, refmsgid: null };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
