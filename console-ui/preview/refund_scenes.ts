import type { RefundsModelInstance } from "../flows/refunds/model.ts";
import {
  BOOKS_SESSION,
  DISCHARGE,
  DISCHARGE_OFFER,
  ORDER,
  REFUND,
  REFUND_LINE,
  REFUNDABLE,
  STATED_REFUND,
  STUCK_REFUND,
} from "../testing/books.ts";
import { shownPage } from "../testing/open_page.ts";
import { no, type Script, yes } from "../testing/scripted_port.ts";
import type { Scene } from "./scene.ts";

function refunds(
  address: string,
  script: Script,
  act: (flow: RefundsModelInstance) => Promise<void> | void = () => {},
): Scene {
  return {
    address: `/console/refunds${address}`,
    script: { "GET /session": [yes(BOOKS_SESSION)], ...script },
    act: async (stage) => {
      const flow = shownPage(stage, "refunds")?.flow;
      if (flow) await act(flow);
    },
  };
}

const AT = `/${REFUND.refund.id}`;
const WAITING: Script = { "GET /refunds/{id}": [yes(REFUND)] };
const STUCK: Script = { "GET /refunds/{id}": [yes(STUCK_REFUND)] };
const NEW: Script = { "GET /orders/{id}/refundable": [yes(REFUNDABLE)] };
const DEPOSIT: Script = {
  "GET /orders/{id}/refundable": [
    yes({ ...REFUNDABLE, kind: "deposit", lines: [], bars: ["at_discharge"] }),
  ],
  "GET /orders/{id}/discharge": [yes(DISCHARGE_OFFER)],
};
const AT_NEW = `/new?order=${ORDER.id}`;

export const REFUND_SCENES: Readonly<Record<string, Scene>> = {
  "refunds": refunds("", { "GET /refunds": [yes({ refunds: [REFUND_LINE], next: null })] }),
  "refunds-empty": refunds("?state=asked", {
    "GET /refunds": [yes({ refunds: [], next: null })],
  }),
  "refunds-failed": refunds("", { "GET /refunds": [no("console.no_answer")] }),
  "refund": refunds(AT, WAITING),
  "refund-stuck": refunds(AT, STUCK),
  "refund-stated": refunds(AT, { "GET /refunds/{id}": [yes(STATED_REFUND)] }),
  "refund-approve": refunds(
    AT,
    WAITING,
    ({ deeds }) => deeds.open({ kind: "decide", verdict: "approved" }),
  ),
  "refund-act": refunds(AT, STUCK, ({ deeds }) => deeds.askAct("suspend")),
  "refund-act-approve": refunds(AT, STUCK, ({ deeds }) => {
    const act = STUCK_REFUND.acts[0];
    if (act) deeds.open({ kind: "decide_act", act, verdict: "done" });
  }),
  "refund-moved-on": refunds(
    AT,
    { ...WAITING, "POST /refunds/{id}/decide": [no("refund.decided")] },
    async ({ deeds }) => {
      deeds.open({ kind: "decide", verdict: "approved" });
      await deeds.send({});
    },
  ),
  "refund-find": refunds("/new", {}),
  "refund-found": refunds(`/new?number=${ORDER.number}`, {
    "GET /orders": [yes({ orders: [{ ...ORDER, state: "completed" }], next: null })],
  }),
  "refund-new": refunds(AT_NEW, NEW),
  "refund-new-part": refunds(AT_NEW, NEW, ({ newRefund }) => newRefund.choosePart(true)),
  "refund-discharge": refunds(AT_NEW, DEPOSIT),
  "refund-discharge-asked": refunds(
    AT_NEW,
    { ...DEPOSIT, "POST /discharge-refunds": [yes(DISCHARGE)] },
    ({ newRefund }) => newRefund.discharge.send(),
  ),
  "refund-barred": refunds(AT_NEW, {
    "GET /orders/{id}/refundable": [yes({ ...REFUNDABLE, bars: ["rendered", "period_closed"] })],
  }),
};
