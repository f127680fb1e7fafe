import type { CallStaffBody, CallStaffReply } from "../server/modules/fleet/contract.ts";
import type { Journal } from "./journal.ts";
import { callStaff } from "./platform_calls.ts";
import type { PlatformAnswer, PlatformClient } from "./platform_client.ts";

interface Deps {
  readonly client: PlatformClient;
  readonly journal: Journal;
}

/** Kept on disk till the platform has it, for a patient who waits beside a dead line. */
export async function sendCall(
  deps: Deps,
  body: CallStaffBody,
): Promise<PlatformAnswer<CallStaffReply>> {
  deps.journal.keepCall(body);
  return await deliver(deps, body);
}

export async function deliverCalls(deps: Deps): Promise<void> {
  for (const body of deps.journal.unsentCalls()) {
    const answer = await deliver(deps, body);
    if (answer.kind === "no_answer") return;
  }
}

async function deliver(
  { client, journal }: Deps,
  body: CallStaffBody,
): Promise<PlatformAnswer<CallStaffReply>> {
  const answer = await client.call(callStaff(body));
  const taken = answer.kind === "answered" ||
    (answer.kind === "problem" && answer.problem.retry === "never");
  if (taken) journal.dropCall(body.id);
  return answer;
}
