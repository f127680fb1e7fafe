import type { Clock } from "../../platform/clock.ts";
import { type MobileReport, reportSchema } from "./wire.ts";
import { openWrapper, sealWrapper, type WrapperLine } from "./wrapper.ts";

export type OpenedReport =
  | { readonly kind: "reported"; readonly report: MobileReport }
  | { readonly kind: "bad_signature" }
  | { readonly kind: "unreadable" };

/** 6302: what the centre reports by itself; nothing of it counts before its signature does. */
export async function openReport(line: WrapperLine, body: string): Promise<OpenedReport> {
  const opened = await openWrapper(line, body);
  if (opened.kind !== "opened") return { kind: opened.kind };
  const report = reportSchema.safeParse(opened.data);
  return report.success ? { kind: "reported", report: report.data } : { kind: "unreadable" };
}

/** The answer in the same wrapper; the centre repeats its report until it reads a success. */
export async function answerReport(
  line: WrapperLine,
  clock: Clock,
  isTaken: boolean,
): Promise<Record<string, unknown>> {
  const timestamp = String(Math.floor(clock.now().getTime() / 1_000));
  const outer = isTaken
    ? { timestamp, code: "0", message: "成功", success: "true" }
    : { timestamp, code: "-1", message: "验签失败", success: "false" };
  return await sealWrapper(line, {}, outer);
}
