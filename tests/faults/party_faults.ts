import type { Fault, SandboxParty } from "../../sandbox/faults.ts";
import type { Dice } from "../simulation/dice.ts";
import { pause } from "./mortal_process.ts";
import type { FaultStage } from "./stage.ts";
import { control } from "./terminal_line.ts";

/** What parties do wrong, drawn by the run's seed and planned through the sandbox's own control. */

interface PlantedFault {
  readonly party: SandboxParty;
  readonly call: string;
  readonly fault: Fault;
  readonly times: number;
}

type Draw = (dice: Dice) => Fault;

/** Around any call of any party. */
const ON_THE_WAY: readonly [Draw, ...Draw[]] = [
  () => ({ kind: "lose_request" }),
  () => ({ kind: "lose_answer" }),
  () => ({ kind: "lose_answer" }),
  () => ({ kind: "gateway_error" }),
  (dice) => ({ kind: "delay", ms: dice.between(100, 6_000) }),
];

type Call = readonly [SandboxParty, string];

const CALLS: readonly [Call, ...Call[]] = [
  ["his", "find_patient"],
  ["his", "bills"],
  ["his", "post"],
  ["his", "post"],
  ["his", "post"],
  ["his", "find_posting"],
  ["his", "cancel"],
  ["his", "returnable"],
  ["his", "return"],
  ["his", "return"],
  ["his", "find_return"],
  ["his", "inpatient_account"],
  ["his", "return_deposit"],
  ["his", "return_deposit"],
  ["his", "departments"],
  ["his", "schedules"],
  ["his", "slots"],
  ["his", "hold"],
  ["his", "hold"],
  ["his", "release"],
  ["his", "release"],
  ["insurance", "1101"],
  ["insurance", "2201"],
  ["insurance", "2203"],
  ["insurance", "2204"],
  ["insurance", "2206"],
  ["insurance", "2207"],
  ["insurance", "2207"],
  ["insurance", "2208"],
  ["insurance", "2208"],
  ["insurance", "2601"],
  ["insurance", "5203"],
  ["aggregate_pay", "precreate"],
  ["aggregate_pay", "micropay"],
  ["aggregate_pay", "micropay"],
  ["aggregate_pay", "query"],
  ["aggregate_pay", "close"],
  ["aggregate_pay", "revoke"],
  ["aggregate_pay", "refund"],
  ["aggregate_pay", "refund"],
  ["aggregate_pay", "query_refund"],
  ["citizen_code", "pay"],
  ["citizen_code", "query"],
  ["citizen_code", "close"],
  ["citizen_code", "refund"],
  ["citizen_code", "query_refund"],
];

type OwnFault = readonly [SandboxParty, string, Draw];

const refuse: Draw = () => ({ kind: "refuse", text: "系统繁忙" });
const slow: Draw = (dice) => ({ kind: "slow_refund", ms: dice.between(500, 12_000) });
const off: Draw = (dice) => ({ kind: "wrong_amount", byFen: dice.pick([-100, -1, 1, 100]) });

/**
 * In a party's own logic. A channel that misstates what it booked is not among them: only the next
 * day's reconciliation can tell; here every book has to agree at once.
 */
const OWN: readonly [OwnFault, ...OwnFault[]] = [
  ["his", "post", refuse],
  ["his", "cancel", refuse],
  ["his", "return", refuse],
  ["his", "return_deposit", refuse],
  ["his", "post", off],
  ["insurance", "2206", refuse],
  ["insurance", "2207", refuse],
  ["insurance", "2208", refuse],
  ["insurance", "2207", (dice) => ({
    kind: "settle_differs",
    byFen: dice.pick([-300, -100, -1, 1, 100, 250]),
  })],
  ["insurance", "2207", (dice) => ({
    kind: "settle_differs",
    byFen: dice.pick([-300, -100, -1, 1, 100, 250]),
  })],
  ["aggregate_pay", "precreate", refuse],
  ["aggregate_pay", "micropay", refuse],
  ["aggregate_pay", "refund", refuse],
  ["aggregate_pay", "refund", slow],
  ["aggregate_pay", "pay", off],
  ["aggregate_pay", "notify", off],
  ["aggregate_pay", "notify", () => ({ kind: "duplicate_notify" })],
  ["aggregate_pay", "notify", (dice) => ({ kind: "late_notify", ms: dice.between(500, 15_000) })],
  ["citizen_code", "pay", refuse],
  ["citizen_code", "refund", refuse],
  ["citizen_code", "refund", slow],
  ["citizen_code", "book", off],
];

/** The card host speaks no HTTP and has faults of its own; a lost message cuts its line. */
const ON_THE_CARD_LINE: readonly [Draw, ...Draw[]] = [
  () => ({ kind: "lose_request" }),
  () => ({ kind: "lose_answer" }),
  () => ({ kind: "lose_answer" }),
  () => ({ kind: "lose_answer" }),
  (dice) => ({ kind: "delay", ms: dice.between(100, 6_000) }),
  (dice) => ({ kind: "late_answer", ms: dice.between(100, 12_000) }),
  () => ({ kind: "duplicate_answer" }),
  () => ({ kind: "wrong_mac" }),
  (dice) => ({ kind: "wrong_amount", byFen: dice.pick([-100, -1, 1, 100]) }),
];

/**
 * Not a refund: a host that says no to the repeat of one leaves it to people, whatever the first
 * sending came to (`payment/card/repeated_refund_test.ts`).
 */
const MAY_BE_REFUSED: readonly string[] = ["sale", "void", "reversal", "settle", "sign_in"];
const CARD_REFUSALS = 0.15;

const CARD_CALLS = [
  "sale",
  "sale",
  "sale",
  "void",
  "refund",
  "reversal",
  "settle",
  "sign_in",
  "echo",
] as const;

/** Long enough to be a party that has gone, not an accident. */
const OUTAGE_CALLS = { first: 5, last: 25 } as const;

function drawFault(dice: Dice, cardShare: number): PlantedFault {
  if (dice.chance(cardShare)) {
    const call = dice.chance(0.02) ? "*" : dice.pick(CARD_CALLS);
    const times = call === "*" ? dice.between(OUTAGE_CALLS.first, OUTAGE_CALLS.last) : 1;
    const isRefused = MAY_BE_REFUSED.includes(call) && dice.chance(CARD_REFUSALS);
    const fault = isRefused ? refuse(dice) : dice.pick(ON_THE_CARD_LINE)(dice);
    return { party: "card_host", call, fault, times };
  }
  if (dice.chance(0.35)) {
    const [party, call, draw] = dice.pick(OWN);
    return { party, call, fault: draw(dice), times: 1 };
  }
  const [party, call] = dice.pick(CALLS);
  if (dice.chance(0.02)) {
    const { first, last } = OUTAGE_CALLS;
    const kind = dice.pick(["lose_request", "lose_answer"]);
    return { party, call: "*", fault: { kind }, times: dice.between(first, last) };
  }
  return { party, call, fault: dice.pick(ON_THE_WAY)(dice), times: 1 };
}

/** Of the card host's faults: its work keys are good no more, as after a restart of a real one. */
const FORGETS_KEYS = 0.05;

/** So many a second, till told to stop; how many were planted, by kind. */
export async function plantFaults(
  stage: FaultStage,
  { dice, perSecond, cardShare, stop }: {
    readonly dice: Dice;
    readonly perSecond: number;
    /** Of faults those of the card host, from 0 to 1. */
    readonly cardShare: number;
    readonly stop: AbortSignal;
  },
): Promise<ReadonlyMap<string, number>> {
  const planted = new Map<string, number>();
  while (!stop.aborted) {
    const forgets = dice.chance(cardShare * FORGETS_KEYS);
    const fault = drawFault(dice, cardShare);
    const reply = forgets
      ? await control(`${stage.urls.panel}card-host/sandbox/forget-keys`, {})
      : await control(`${stage.urls.panel}sandbox/faults`, fault);
    const kind = forgets ? "forget_keys" : fault.fault.kind;
    if (reply?.isOk) planted.set(kind, (planted.get(kind) ?? 0) + 1);
    await pause(1_000 / perSecond);
  }
  return planted;
}

export async function clearFaults(stage: FaultStage): Promise<void> {
  const reply = await fetch(`${stage.urls.panel}sandbox/faults`, { method: "DELETE" });
  await reply.body?.cancel();
}
