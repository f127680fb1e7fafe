import type { OrderView, Receipt } from "../../../server/modules/checkout/contract.ts";
import type { DischargeState } from "../../../server/modules/inpatient/contract.ts";
import type { InpatientFlow } from "../../flows/inpatient/model.ts";
import type { Stay } from "../../flows/inpatient/step.ts";
import { DISCHARGE, DISCHARGE_ID, SETTLED, STAY } from "../../testing/inpatient.ts";
import { settle } from "../../testing/manual_timers.ts";
import { orderOf, RECEIPT, SELF_PAY_QUOTE } from "../../testing/orders.ts";
import { CARD, ORDER_ID, SETTINGS } from "../../testing/people.ts";
import { no, yes } from "../../testing/scripted_terminal.ts";
import type { Scene, Stage } from "../stage.ts";
import { forPhones } from "./told.ts";

/** A patient of a ward, and one who has left it. */
export const INPATIENT_SCENES: Readonly<Record<string, Scene>> = {
  "home-inpatient": ({ terminal }) => terminal.emit({ kind: "settings", settings: WITH_WARDS }),
  "inpatient-loading": async (stage) => {
    stage.terminal.script({ inpatient: ["never"] });
    await cameIn(stage);
  },
  "inpatient-none": async (stage) => {
    stage.terminal.script({ inpatient: [yes({ account: null })] });
    await cameIn(stage);
  },
  "inpatient-refused": async (stage) => {
    stage.terminal.script({ inpatient: [no("inpatient.his_unavailable")] });
    await cameIn(stage);
  },
  "inpatient-stay": (stage) => atStay(stage, STAY),
  "inpatient-no-top-up": (stage) => atStay(stage, { ...STAY, state: "discharged", topUp: null }),
  "inpatient-typing": async (stage) => {
    await atStay(stage, STAY);
    flowOf(stage)?.type();
    for (const digit of "99999") flowOf(stage)?.press(digit);
    flowOf(stage)?.check();
  },
  "inpatient-order": (stage) => atDeposit(stage, "confirm"),
  "inpatient-tender": async (stage) => {
    await atDeposit(stage, "choose_tender");
    forPhones(stage);
  },
  "inpatient-paid": (stage) => atDeposit(stage, "completed", { receipt: DEPOSIT_RECEIPT }),
  "inpatient-discharge": (stage) => atStay(stage, SETTLED),
  "inpatient-barred": (stage) => atStay(stage, barred(SETTLED)),
  "inpatient-confirm": async (stage) => {
    await atStay(stage, SETTLED);
    flowOf(stage)?.askBack();
  },
  "inpatient-returning": (stage) => cameTo(stage, "returning"),
  "inpatient-returned": (stage) => cameTo(stage, "returned"),
  "inpatient-partly": (stage) => cameTo(stage, "partly"),
  "inpatient-attention": (stage) => cameTo(stage, "needs_attention"),
  "inpatient-not-returned": (stage) => cameTo(stage, "refused"),
};

const WITH_WARDS: typeof SETTINGS = {
  ...SETTINGS,
  services: [...SETTINGS.services, { service: "inpatient", open: true, reason: null }],
};

function barred(stay: Stay): Stay {
  const { discharge } = stay;
  return discharge ? { ...stay, discharge: { ...discharge, bars: ["not_paid_here"] } } : stay;
}

async function cameIn(stage: Stage): Promise<void> {
  stage.terminal.emit({ kind: "settings", settings: WITH_WARDS });
  stage.kiosk.choose("inpatient");
  stage.terminal.emit({ kind: "credential", credential: CARD });
  await settle();
}

async function atStay(stage: Stage, stay: Stay): Promise<void> {
  stage.terminal.script({ inpatient: [yes({ account: stay })] });
  await cameIn(stage);
}

function flowOf({ kiosk }: Stage): InpatientFlow | null {
  const step = kiosk.step.value;
  return step.kind === "inpatient" ? step.flow : null;
}

const DEPOSIT_RECEIPT: Receipt = {
  ...RECEIPT,
  title: "住院预交金充值",
  quote: SELF_PAY_QUOTE,
  guidance: ["预交金余额 1000.00 元"],
};

async function atDeposit(
  stage: Stage,
  stageOfOrder: OrderView["stage"],
  change: Partial<OrderView> = {},
): Promise<void> {
  const view = orderOf(stageOfOrder, {
    kind: "deposit",
    title: "住院预交金充值",
    settlement: "self_pay",
    quote: SELF_PAY_QUOTE,
    ...change,
  });
  stage.terminal.script({ createOrder: [yes({ id: ORDER_ID, view })] });
  await atStay(stage, STAY);
  flowOf(stage)?.choose("suggested");
  await settle();
}

async function cameTo(stage: Stage, state: DischargeState): Promise<void> {
  const view = state === "refused"
    ? { ...DISCHARGE, state, refunds: [], elsewhereFen: DISCHARGE.dueFen }
    : { ...DISCHARGE, state };
  stage.terminal.script({
    requestDischarge: [yes({ id: DISCHARGE_ID, view })],
    discharge: ["never"],
    printDischarge: [yes({ kind: "printed" })],
  });
  await atStay(stage, SETTLED);
  flowOf(stage)?.askBack();
  await flowOf(stage)?.confirm();
  await settle();
}
