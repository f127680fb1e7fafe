import type { CommandOptions, Completion, SocialSecurityCard } from "../contract.ts";
import type { ChipPlace } from "../motor_reader/contract.ts";
import type { VendorLibrary } from "../vendor/contract.ts";
import { failureOfLoss } from "../vendor/lost_call.ts";
import { CHIP_FUNCTIONS, FINISH } from "./function_names.ts";
import { type AskHsm, findStep2Key } from "./hsm_question.ts";
import { parseHsmChallenge } from "./hsm_strings.ts";
import { parseCardRecord } from "./record.ts";
import { type ChipFailure, failed, refusalOf, type Returned } from "./refusal.ts";
import { mayRepeat, wantsHsm } from "./return_codes.ts";

export type Reading = Completion<SocialSecurityCard, ChipFailure>;

export interface ReadingDeps {
  readonly library: Pick<VendorLibrary, "has">;
  readonly hsm: AskHsm | undefined;
  readonly versionWhenUntold: SocialSecurityCard["version"];
  readonly onRefusal: (story: string) => void;
}

export interface ReadingTurn {
  readonly place: ChipPlace;
  /** Of `together`: nobody else's call comes between the steps. */
  readonly library: Pick<VendorLibrary, "call">;
  /** Aborts when the command is over. */
  readonly signal: AbortSignal;
  /** Aborts when a call that nobody waits for has taken too long: it ends the library's process. */
  readonly lastSignal: AbortSignal;
}

/** Above every profile's deadline: the profile bounds a call. */
export const CALL_MS_MAX = 10 * 60_000;

/**
 * Reads the card's record, by the platform's encryption machine where the kiosk's PSAM cannot
 * authenticate it.
 *
 * A call under way is not given up at once: that would cost the library's process, and the next
 * patient the time of its start. When the command is over meanwhile, the answer is forgotten.
 */
export async function readRecord(deps: ReadingDeps, turn: ReadingTurn): Promise<Reading> {
  const name = CHIP_FUNCTIONS[turn.place].read;
  if (turn.signal.aborted) return failed("cancelled");
  if (!deps.library.has(name)) return failed("hardware_error");
  const reply = await turn.library.call(name, {}, patiently(turn));
  if (reply.kind === "lost") return failed(failureOfLoss(reply.reason));
  if (reply.succeeded) return cardOf(deps, turn, reply);
  if (deps.hsm && reply.code !== null && wantsHsm(reply.code) && hasSteps(deps, turn)) {
    return await readWithHsm(deps, turn, { hsm: deps.hsm, repeatsLeft: 1 });
  }
  return refusalOf(reply, { ...deps, place: turn.place, functionName: name });
}

interface HsmAttempt {
  readonly hsm: AskHsm;
  readonly repeatsLeft: number;
}

async function readWithHsm(
  deps: ReadingDeps,
  turn: ReadingTurn,
  attempt: HsmAttempt,
): Promise<Reading> {
  const start = CHIP_FUNCTIONS[turn.place].start;
  const first = await turn.library.call(start, {}, patiently(turn));
  if (first.kind === "lost") return failed(failureOfLoss(first.reason));
  if (!first.succeeded) return await repeatOrRefuse(deps, turn, { attempt, reply: first, start });
  const challenge = parseHsmChallenge(informationOf(first));
  if (!challenge) return failed("unreadable");
  const key = await findStep2Key(attempt.hsm, challenge, turn.signal);
  if (turn.signal.aborted) return failed("cancelled");
  if (key === null) return failed("offline");
  const second = await turn.library.call(FINISH, { key }, patiently(turn));
  if (second.kind === "lost") return failed(failureOfLoss(second.reason));
  if (second.succeeded) return cardOf(deps, turn, second);
  return await repeatOrRefuse(deps, turn, { attempt, reply: second, start: FINISH });
}

/** From Step1 again, since the library forgets what a failed step began. */
async function repeatOrRefuse(
  deps: ReadingDeps,
  turn: ReadingTurn,
  { attempt, reply, start }: {
    readonly attempt: HsmAttempt;
    readonly reply: Returned;
    readonly start: string;
  },
): Promise<Reading> {
  const mayAgain = attempt.repeatsLeft > 0 && !turn.signal.aborted && reply.code !== null &&
    mayRepeat(reply.code);
  return mayAgain
    ? await readWithHsm(deps, turn, { ...attempt, repeatsLeft: attempt.repeatsLeft - 1 })
    : refusalOf(reply, { ...deps, place: turn.place, functionName: start });
}

function hasSteps({ library }: ReadingDeps, { place }: ReadingTurn): boolean {
  return library.has(CHIP_FUNCTIONS[place].start) && library.has(FINISH);
}

function cardOf(deps: ReadingDeps, { place }: ReadingTurn, reply: Returned): Reading {
  // Only the third generation answers on the radio field.
  const versionWhenUntold = place === "contactless" ? "3.00" : deps.versionWhenUntold;
  const card = parseCardRecord(informationOf(reply), { versionWhenUntold });
  return card ? { kind: "done", value: card } : failed("unreadable");
}

function informationOf({ outputs }: Returned): string {
  const { information } = outputs;
  return typeof information === "string" ? information : "";
}

function patiently({ lastSignal }: ReadingTurn): CommandOptions {
  return { signal: lastSignal, timeoutMs: CALL_MS_MAX };
}
