import { z } from "zod";
import { chinaTime } from "../../server/platform/clock.ts";
import type { Desk } from "./desk.ts";
import type { Envelope } from "./requests.ts";
import { receiverOfScheme, schemeOf } from "./receiver.ts";

/** A message of somebody who stands beside the centre, without gateway and headers. */
export interface CentreQuestion {
  /** Without the province's `A`. */
  readonly infno: string;
  readonly institution: string;
  /** Empty where no person is named. */
  readonly insuplc: string;
  /** Said again, the message is the same; drawn when absent. */
  readonly msgid?: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Null: no answer came, and the centre may have done it (a planned loss). */
export type CentreAnswer =
  | {
    readonly kind: "done";
    // deno-lint-ignore no-explicit-any -- as many shapes as numbers; whoever asks picks fields
    readonly output: any;
  }
  | { readonly kind: "refused"; readonly text: string };

export type AskCentre = (question: CentreQuestion) => CentreAnswer | null;

const A_FORMS = ["2203", "2206", "2207"];
/** HIS's serials; terminals keep to those from 5000. */
const SERIALS = 5_000;

const answerSchema = z.object({
  infcode: z.union([z.string(), z.number()]).transform(String),
  err_msg: z.string().nullable(),
  output: z.unknown(),
});

export function askInside(
  desk: Desk,
  question: CentreQuestion,
  handle: (envelope: Envelope, body: string) => string,
): CentreAnswer | null {
  const { infno } = question;
  if (desk.faults.take("insurance", infno, "lose_request")) return null;
  const losesAnswer = desk.faults.take("insurance", infno, "lose_answer");
  const envelope = envelopeOf(desk, question);
  const answer = answerSchema.parse(JSON.parse(handle(envelope, JSON.stringify(envelope))));
  if (losesAnswer) return null;
  if (answer.infcode === "0") return { kind: "done", output: answer.output };
  return { kind: "refused", text: (answer.err_msg ?? "").split("\n", 1).join("") };
}

function envelopeOf(desk: Desk, question: CentreQuestion): Envelope {
  const { infno, institution, insuplc, input } = question;
  const now = desk.clock.now();
  const time = chinaTime(now);
  const serial = String(desk.store.next("inside") % SERIALS).padStart(4, "0");
  const operator = "HIS01";
  return {
    infno: desk.region.aForms && A_FORMS.includes(infno) ? `${infno}A` : infno,
    msgid: question.msgid ?? institution + time.replace(/\D/g, "") + serial,
    mdtrtarea_admvs: desk.region.admdvs,
    insuplc_admdvs: insuplc,
    recer_sys_code: receiverOfScheme(desk.region, schemeOf(input)),
    dev_no: operator,
    dev_safe_info: "",
    cainfo: "",
    signtype: "SM3",
    infver: "V1.0",
    opter_type: "1",
    opter: operator,
    opter_name: operator,
    inf_time: time,
    fixmedins_code: institution,
    fixmedins_name: institution,
    sign_no: signIn(desk, institution, operator),
    input,
  };
}

/** Whoever asks from inside is signed in for the day. */
function signIn(desk: Desk, institution: string, operator: string): string {
  const day = chinaTime(desk.clock.now()).slice(0, 10);
  const signNo = `INSIDE${day.replaceAll("-", "")}`;
  desk.store.run(
    "insert or replace into sign_in values (?, ?, ?, ?)",
    institution,
    operator,
    day,
    signNo,
  );
  return signNo;
}
