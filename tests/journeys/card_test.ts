import assert from "node:assert/strict";
import { type Journey, openJourneys } from "./journey.ts";
import {
  confirmFigures,
  type Figures,
  openBills,
  openTenders,
  seeReceipt,
  showCode,
  takeCardAndGo,
} from "./pay.ts";

const journey = openJourneys();

const PIN = ["1", "2", "3", "4", "5", "6"] as const;

journey(
  "a bank card is put in, its PIN typed, and the bills are paid (R-PAY-04, R-PAY-16)",
  async (at) => {
    const { visitor, hand } = at;
    await byIdCardToTenders(at, "two_bills");
    await putBankCardIn(at);
    await hand.device({ do: "press_pad", keys: ["9", "9", "clear", ...PIN] });
    await visitor.readsText("●".repeat(PIN.length));
    await hand.device({ do: "press_pad", keys: ["enter"] });
    await seeReceipt(at);
    assert.match(await hand.paper(), /银行卡（尾号\d{4}）/);
    await takeBankCardAndGo(at);
  },
);

journey(
  "a wrong PIN is said plainly, and the same order is paid another time (R-PAY-16)",
  async (at) => {
    const { visitor, hand } = at;
    await byIdCardToTenders(at, "two_bills");
    await putBankCardIn(at);
    await hand.device({ do: "press_pad", keys: ["6", "5", "4", "3", "2", "1", "enter"] });
    await visitor.finds("tender-refused");
    assert.match(await visitor.reads("tender-refused"), /密码不对，没有扣钱/);
    await hand.device({ do: "pull_card" });
    await putBankCardIn(at);
    await hand.device({ do: "press_pad", keys: [...PIN, "enter"] });
    await seeReceipt(at);
    await takeBankCardAndGo(at);
  },
);

journey(
  "the account of the social-security card that lies inside pays, and a card may be changed for a code",
  async (at) => {
    const { visitor, hand } = at;
    await openTenders(at, "two_bills");
    await visitor.press("tender-card");
    await visitor.sees("order.card_pin");
    await visitor.press("back");
    await visitor.sees("order.choose_tender");
    await visitor.press("tender-card");
    await visitor.sees("order.card_pin");
    await hand.device({ do: "press_pad", keys: [...PIN, "enter"] });
    await seeReceipt(at);
    await takeCardAndGo(at);
  },
);

journey(
  "the consumption code of a social-security card is told from a wallet's (R-PAY-05)",
  async (at) => {
    const { visitor, hand } = at;
    await openTenders(at, "two_bills");
    await visitor.press("tender-scan_code");
    await visitor.sees("order.scan");
    await hand.device({ do: "scan_code", personId: "two_bills", medium: "consumption_code" });
    await seeReceipt(at);
    await takeCardAndGo(at);
  },
);

journey(
  "number and face in one pass, then bills by insurance, and all back again (R-IDN-08, R-PAY-08, R-REF-06)",
  async (at) => {
    const { visitor, hand } = at;
    await at.prescribe("two_bills", "cold");
    await visitor.sees("home");
    await visitor.press("service-pay");
    await visitor.press("way-face");
    await visitor.sees("identify.face_number");
    await typeNumberAndShowFace(at);
    await visitor.sees("identify.face_failed");
    await hand.device({ do: "show_face", personId: "two_bills" });
    await visitor.press("try-again");
    await typeNumberAndShowFace(at);
    const figures = await confirmFigures(at);
    assert.ok(figures.fund > 0n);
    await showCode(at);
    await hand.phone("pay", await visitor.codeText());
    await seeReceipt(at);
    await hand.device({ do: "show_face", personId: null });
    await visitor.press("back");
    await visitor.sees("services");
    await visitor.press("service-refund");
    await visitor.sees("refund.list");
    await visitor.press("refund-order");
    await visitor.sees("refund.choose");
    await visitor.press("refund-next");
    await visitor.press("why-not_wanted");
    await visitor.sees("refund.confirm");
    await visitor.press("refund-confirm");
    await visitor.sees("refund.returned");
    await visitor.finds("slip-printed");
    assert.match(await hand.paper(), /退费凭条/);
  },
);

journey("the fee category changes without another card (R-BIL-15, R-KIO-23)", async (at) => {
  const { visitor } = at;
  await openBills(at, "two_bills");
  await visitor.press("bills-pay");
  await visitor.sees("order.confirm");
  await visitor.finds("insured");
  await visitor.press("settle-self_pay");
  await visitor.finds("self-pay");
  await visitor.sees("order.confirm");
  await visitor.press("settle-insurance");
  await visitor.finds("insured");
  await visitor.press("back");
});

async function putBankCardIn({ visitor, hand }: Journey): Promise<void> {
  await visitor.press("tender-card");
  await visitor.sees("order.card_waiting_card");
  await hand.device({ do: "insert_bank_card", personId: "two_bills" });
  await visitor.sees("order.card_pin");
}

async function takeBankCardAndGo({ visitor, hand }: Journey): Promise<void> {
  await hand.device({ do: "pull_card" });
  await visitor.press("finish");
  await visitor.goesHome();
}

async function typeNumberAndShowFace({ visitor, person }: Journey): Promise<void> {
  const { idNumber } = person("two_bills");
  for (const key of idNumber.slice(-4)) await visitor.press(`key-${key}`);
  await visitor.press("show-face");
}

async function byIdCardToTenders(at: Journey, story: string): Promise<Figures> {
  await at.prescribe(story, "cold");
  await at.visitor.press("service-pay");
  await at.hand.device({ do: "tap_id_card", personId: story });
  await at.visitor.sees("bills.list");
  return await confirmFigures(at);
}
