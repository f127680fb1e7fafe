import type { CardReadFailure, Completion } from "../contract.ts";
import type { ChipPlace } from "../motor_reader/contract.ts";
import type { VendorReply } from "../vendor/contract.ts";
import { explainCode, judgeCode } from "./return_codes.ts";

export type Returned = Extract<VendorReply, { kind: "returned" }>;
export type Failed<Reason extends string> = Extract<Completion<never, Reason>, { kind: "failed" }>;
export type ChipFailure = CardReadFailure | "no_card";

export function failed<Reason extends string>(reason: Failed<Reason>["reason"]): Failed<Reason> {
  return { kind: "failed", reason };
}

export interface Refusal {
  readonly functionName: string;
  readonly place: ChipPlace;
  /** Hears the function, the code and its meaning: nothing of a card or a patient. */
  readonly onRefusal: (story: string) => void;
}

/** What an answer without success means for a command. */
export function refusalOf(reply: Returned, refusal: Refusal): Failed<ChipFailure> {
  if (reply.code === null) return failed("unreadable");
  const verdict = judgeCode(reply.code);
  // To look for a card is to read where a library cannot tell otherwise: several times a second.
  if (verdict !== "no_card") {
    refusal.onRefusal(`${refusal.functionName}: ${explainCode(reply.code)}`);
  }
  switch (verdict) {
    case "no_card":
      return failed("no_card");
    case "silent":
      return failed(refusal.place === "contact" ? "wrong_way_round" : "unreadable");
    case "machine":
      return failed("hardware_error");
    case "card":
      return failed("unreadable");
  }
}
