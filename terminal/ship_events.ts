import type { Log } from "../server/platform/log.ts";
import type { Pause } from "../server/platform/pause.ts";
import type { JournalEvents } from "./journal_events.ts";
import { sendEvents } from "./platform_calls.ts";
import type { PlatformAnswer, PlatformClient } from "./platform_client.ts";

/** With nothing to send the journal is looked into so often. */
const EMPTY_WAIT_MS = 2_000;
const FAILED_WAIT_MS = 2_000;
const FAILED_WAIT_MS_MAX = 5 * 60_000;
const DOUBLINGS_MAX = 10;

interface Deps {
  readonly client: PlatformClient;
  readonly events: JournalEvents;
  readonly pause: Pause;
  readonly log: Log;
}

/**
 * Sends events in order, each at least once: what is not confirmed is sent again, and the platform
 * knows it by its number.
 */
export async function shipEvents(deps: Deps, signal: AbortSignal): Promise<void> {
  const { client, events, pause } = deps;
  let failures = 0;
  // One by one after a refusal, so that only the one at fault is dropped.
  let batch: number | undefined;
  while (!signal.aborted) {
    if (events.unsentCount === 0 || client.connection !== "connected") {
      await pause(EMPTY_WAIT_MS, signal);
      continue;
    }
    const waiting = events.unsent(batch);
    const [first, last] = [waiting[0], waiting.at(-1)];
    if (!first || !last) continue;
    const answer = await client.call(sendEvents(waiting));
    if (signal.aborted) return;
    if (answer.kind === "answered" && answer.value.keptUpTo >= first.number) {
      events.dropUpTo(Math.min(answer.value.keptUpTo, last.number));
      failures = 0;
      batch = undefined;
    } else if (isRefused(answer) && waiting.length === 1) {
      dropRefused(deps, first.number, answer.problem.code);
    } else if (isRefused(answer)) {
      batch = 1;
    } else {
      failures += 1;
      const ms = FAILED_WAIT_MS * 2 ** Math.min(failures - 1, DOUBLINGS_MAX);
      await pause(Math.min(ms, FAILED_WAIT_MS_MAX), signal);
    }
  }
}

/** Refused for what it is, now and for ever. */
function isRefused<Value>(
  answer: PlatformAnswer<Value>,
): answer is Extract<PlatformAnswer<Value>, { kind: "problem" }> {
  return answer.kind === "problem" && answer.problem.code === "request.malformed";
}

function dropRefused({ events, log }: Deps, number: number, reason: string): void {
  log.error("The platform refuses an event", { number, reason });
  events.dropRefused(number, reason);
}
