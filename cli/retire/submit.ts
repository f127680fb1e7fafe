import { DEFAULT_USER_ID } from "../../crypto/sm2.ts";
import {
  type RetirementBody,
  retirementIntentText,
  retirementRecordSchema,
  type RetirementReply,
  retirementReplySchema,
} from "../../server/modules/fleet/retire/contract.ts";
import type { Clock } from "../../server/platform/clock.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import type { Problem } from "../../server/platform/openapi.ts";
import type { Pause } from "../../server/platform/pause.ts";
import { terminalUserId } from "../../server/platform/signed_line.ts";
import { clockSkew } from "../../terminal/line/clock_skew.ts";
import { type LineRoute, postPlain } from "../../terminal/line/line_http.ts";
import type { LineKeys } from "../../terminal/line/line_keys.ts";
import type { EnrolledTerminal } from "../../terminal/line/line_memory.ts";
import { NOTHING } from "../../terminal/platform_client.ts";
import { StartError } from "../command.ts";

export interface SubmitDeps {
  readonly route: LineRoute;
  readonly keys: LineKeys;
  readonly enrolled: EnrolledTerminal;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly signal: AbortSignal;
}

const TRIES_MAX = 5;
const TRY_WAIT_MS = 3_000;

/** Asks before anything is wiped; throws StartError with what to do first. */
export async function askIntent(deps: SubmitDeps): Promise<void> {
  const { route, keys, enrolled: { terminalId }, clock, signal } = deps;
  let aheadMs = 0;
  for (let tries = 0;; tries++) {
    const time = new Date(clock.now().getTime() + aheadMs).toISOString();
    const signature = await keys.provider.sm2Sign(
      keys.sign,
      retirementIntentText(terminalId, time),
      { userId: terminalUserId(terminalId) },
    );
    const body = { terminalId, time, signature: signature.toHex() };
    const call = { path: "/retirements/intent", body, schema: NOTHING };
    const answer = await postPlain(route, call, signal).catch((thrown) => {
      throw new StartError(
        `平台没有应答（${reasonOf(thrown)}），什么都没有清除。确实连不上时加 --offline，` +
          "之后把证明拿到平台登记",
      );
    });
    if (answer.kind === "answered") return;
    const skew = clockSkew(answer.problem, clock);
    if (skew === null || tries > 0) throw refused(answer.problem);
    aheadMs = skew;
  }
}

function refused({ code }: Problem): StartError {
  const text = TEXTS[code] ?? `平台没有接受（${code}）`;
  return new StartError(`${text}。什么都没有清除`);
}

const TEXTS: Readonly<Record<string, string>> = {
  "fleet.not_suspended": "平台上这台终端还没有暂停：先请管理员在管理台“终端”页暂停它",
  "line.not_authenticated": "平台不认识这台终端的密钥：它已被吊销或换过",
  "line.unavailable": "平台没有线路的密钥，现在不能撤机",
};

/** The platform's countersigned answer, checked; null when none came in all tries. */
export async function submit(
  deps: SubmitDeps,
  signed: RetirementBody,
): Promise<RetirementReply | null> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (tries > 0) await deps.pause(TRY_WAIT_MS, deps.signal);
    const call = { path: "/retirements", body: signed, schema: retirementReplySchema };
    const answer = await postPlain(deps.route, call, deps.signal).catch(() => null);
    if (answer?.kind === "answered") return await genuine(deps, signed, answer.value);
  }
  return null;
}

async function genuine(
  { keys, enrolled }: SubmitDeps,
  { certificate }: RetirementBody,
  reply: RetirementReply,
): Promise<RetirementReply> {
  const isSigned = await keys.provider.sm2Verify(
    Uint8Array.fromHex(enrolled.platform.signKey),
    new TextEncoder().encode(reply.record),
    Uint8Array.fromHex(reply.countersignature),
    { userId: DEFAULT_USER_ID },
  );
  const record = retirementRecordSchema.safeParse(JSON.parse(reply.record));
  if (isSigned && record.success && record.data.certificate === certificate) return reply;
  throw new StartError("平台的会签不符：有人在中间改动。证明已写出，请拿到平台上登记");
}
