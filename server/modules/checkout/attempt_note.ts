import type { LegAnswer } from "./leg.ts";

const NOTE_CHARS_MAX = 300;

/** Codes and reasons for the people who look; parties' free texts may name patients. */
export function noteOf(answer: LegAnswer): string | null {
  switch (answer.kind) {
    case "refused":
      return answer.code.slice(0, NOTE_CHARS_MAX);
    case "not_sent":
    case "unknown":
      return answer.reason.replace(/\d{6,}/g, "***").slice(0, NOTE_CHARS_MAX) || "unknown";
    default:
      return null;
  }
}
