import { type CardMessage, textOf } from "./wire/field_table.ts";

/**
 * What ties an answer to its request: the kind of message, and the number (field 11) that the
 * terminal (41) of a merchant (42) gave it. Null for what is no answer to anything of ours.
 */
export function answerKey(answer: CardMessage): string | null {
  const parts = [11, 41, 42].map((field) => textOf(answer, field));
  return parts.includes(null) ? null : [answer.type, ...parts].join("|");
}

/** Of the answer that a request waits for: `0200` is answered by `0210`. */
export function awaitedKey(request: CardMessage): string | null {
  const type = request.type.slice(0, 2) + (Number(request.type.charAt(2)) + 1) +
    request.type.slice(3);
  return answerKey({ ...request, type });
}
