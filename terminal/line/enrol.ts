import {
  enrolmentReplySchema,
  type EnrolmentState,
  enrolmentStateSchema,
} from "../../server/modules/fleet/contract.ts";
import { sm3 } from "../../crypto/sm3.ts";
import type { OffsetClock } from "../../server/platform/clock.ts";
import { newId } from "../../server/platform/ids.ts";
import type { Problem } from "../../server/platform/openapi.ts";
import {
  enrolmentCode,
  enrolmentCommitment,
  enrolmentStateText,
  terminalUserId,
} from "../../server/platform/signed_line.ts";
import { z } from "zod";
import { clockSkew } from "./clock_skew.ts";
import { type LineRoute, type PlainAnswer, postPlain } from "./line_http.ts";
import type { LineKeys } from "./line_keys.ts";
import {
  enrolledOf,
  type EnrolledTerminal,
  type Enrolment,
  type LineMemory,
} from "./line_memory.ts";

export interface EnrolDeps {
  readonly route: LineRoute;
  readonly keys: LineKeys;
  readonly memory: LineMemory;
  readonly terminalNumber: string;
  /** Set off to the platform's time when that is why it refuses. */
  readonly clock: OffsetClock;
  /** How hex SM3 of the platform's signing key begins, where the configuration says so. */
  readonly platformKeyCheck?: string;
}

/** What the kiosk's screen and the technician's shell show. */
export type EnrolmentProgress =
  /** An approver types the code; it only fits when nobody in between changed a key. */
  | { readonly kind: "waiting"; readonly code: string }
  | { readonly kind: "approved"; readonly enrolled: EnrolledTerminal }
  /** The next step asks for a new one. */
  | { readonly kind: "expired" }
  /** It was refused for this machine's time; the next step has the platform's. */
  | { readonly kind: "clock_set"; readonly aheadMs: number }
  | { readonly kind: "refused"; readonly problem: Problem };

const NONCE_BYTES = 32;

/**
 * One step: asks for an enrolment or how it stands. Goes on with what is on disk, so that a restart
 * shows the same code. Throws when the platform is silent.
 */
export async function stepEnrolment(
  deps: EnrolDeps,
  signal: AbortSignal,
): Promise<EnrolmentProgress> {
  const known = deps.memory.enrolment();
  const enrolment = known && fits(known, deps) ? known : await begin(deps, known);
  const enrolled = enrolledOf(enrolment);
  if (enrolled) return { kind: "approved", enrolled };
  return enrolment.platform
    ? await askState(deps, enrolment, signal)
    : await commit(deps, enrolment, signal);
}

function fits(enrolment: Enrolment, { keys, terminalNumber }: EnrolDeps): boolean {
  return enrolment.signKey === keys.signPublicKey && enrolment.terminalNumber === terminalNumber;
}

async function begin(
  { memory, keys, terminalNumber, clock }: EnrolDeps,
  old: Enrolment | null,
): Promise<Enrolment> {
  const nonce = (await keys.provider.random(NONCE_BYTES)).toHex();
  if (old) memory.forgetEnrolment(old.id);
  return memory.beginEnrolment({
    id: newId(clock.now()),
    terminalNumber,
    nonce,
    signKey: keys.signPublicKey,
    platform: null,
    terminalId: null,
  });
}

const OTHER_PLATFORM: Problem = {
  type: "about:blank",
  title: "The platform's key is not the configured one",
  status: 403,
  code: "terminal.other_platform",
  retry: "ask_operator",
  traceId: "none",
};

/** The number of ours is promised before the platform's is known, and shown after. */
async function commit(
  deps: EnrolDeps,
  enrolment: Enrolment,
  signal: AbortSignal,
): Promise<EnrolmentProgress> {
  const { keys, memory, route } = deps;
  const { id, terminalNumber, nonce } = enrolment;
  const commitment = enrolmentCommitment({
    terminalNumber,
    terminalSignKey: keys.signPublicKey,
    terminalAgreeKey: keys.agreePublicKey,
    terminalNonce: nonce,
  });
  const body = {
    id,
    terminalNumber,
    signKey: keys.signPublicKey,
    agreeKey: keys.agreePublicKey,
    commitment,
  };
  const answer = await postPlain(
    route,
    { path: "/enrolments", body, schema: enrolmentReplySchema },
    signal,
  );
  if (answer.kind === "problem") return giveUp(deps, enrolment, answer.problem);
  const { signKey, agreeKey, nonce: platformNonce } = answer.value;
  if (!sm3(Uint8Array.fromHex(signKey)).toHex().startsWith(deps.platformKeyCheck ?? "")) {
    return giveUp(deps, enrolment, OTHER_PLATFORM);
  }
  const platform = { signKey, agreeKey, nonce: platformNonce };
  const committed = { ...enrolment, platform };
  memory.moveEnrolment(committed);
  return await askState(deps, committed, signal);
}

async function askState(
  deps: EnrolDeps,
  enrolment: Enrolment,
  signal: AbortSignal,
): Promise<EnrolmentProgress> {
  // Sent each time: harmless when it arrived, and without it no code can be approved.
  const revealed = await postPlain(
    deps.route,
    {
      path: `/enrolments/${enrolment.id}/nonce`,
      body: { nonce: enrolment.nonce },
      schema: z.null(),
    },
    signal,
  );
  if (revealed.kind === "problem") return giveUp(deps, enrolment, revealed.problem);
  const state = await postState(deps, enrolment, signal);
  if (state.kind === "problem") return giveUp(deps, enrolment, state.problem);
  const { terminalId } = state.value;
  switch (state.value.state) {
    case "waiting":
      return { kind: "waiting", code: codeOf(deps.keys, enrolment) };
    case "expired":
      deps.memory.forgetEnrolment(enrolment.id);
      return { kind: "expired" };
    case "approved": {
      const approved = { ...enrolment, terminalId };
      const enrolled = enrolledOf(approved);
      if (!enrolled) throw new Error("Cannot take the approval: expected a terminal id");
      deps.memory.moveEnrolment(approved);
      return { kind: "approved", enrolled };
    }
  }
}

async function postState(
  { route, keys, clock }: EnrolDeps,
  { id }: Enrolment,
  signal: AbortSignal,
): Promise<PlainAnswer<EnrolmentState>> {
  const time = clock.now().toISOString();
  const userId = terminalUserId(id);
  const signed = await keys.provider.sm2Sign(keys.sign, enrolmentStateText(id, time), { userId });
  const body = { time, signature: signed.toHex() };
  return await postPlain(
    route,
    { path: `/enrolments/${id}/state`, body, schema: enrolmentStateSchema },
    signal,
  );
}

/** What the moment refused is asked again as it is; anything else begins anew. */
function giveUp(
  { memory, clock }: EnrolDeps,
  { id, platform }: Enrolment,
  problem: Problem,
): EnrolmentProgress {
  const aheadMs = clockSkew(problem, clock);
  if (aheadMs !== null) {
    clock.jump(aheadMs);
    // Its id has the wrong time in it, and nobody knows it yet.
    if (!platform) memory.forgetEnrolment(id);
    return { kind: "clock_set", aheadMs };
  }
  if (problem.status < 500 && problem.status !== 429) memory.forgetEnrolment(id);
  return { kind: "refused", problem };
}

function codeOf(keys: LineKeys, { terminalNumber, nonce, platform }: Enrolment): string {
  if (!platform) throw new Error("Cannot compute the code: expected the platform's keys");
  return enrolmentCode({
    terminalNumber,
    terminalSignKey: keys.signPublicKey,
    terminalAgreeKey: keys.agreePublicKey,
    terminalNonce: nonce,
    platformSignKey: platform.signKey,
    platformAgreeKey: platform.agreeKey,
    platformNonce: platform.nonce,
  });
}
