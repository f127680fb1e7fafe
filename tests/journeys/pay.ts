import assert from "node:assert/strict";
import type { Journey } from "./journey.ts";

/** The parts of a payment that many journeys share. */

export interface Figures {
  readonly total: bigint;
  readonly fund: bigint;
  readonly account: bigint;
  readonly cash: bigint;
}

export async function insertCard({ hand, visitor }: Journey, story: string): Promise<void> {
  await visitor.seesOneOf("home", "identify.waiting", "identify.guide_card");
  await hand.device({ do: "insert_card", personId: story });
}

/** One more bill for the person, who puts the card in and asks to pay. */
export async function openBills(at: Journey, story: string): Promise<void> {
  await at.prescribe(story, "cold");
  await insertCard(at, story);
  await at.visitor.sees("services");
  await at.visitor.press("service-pay");
  await at.visitor.sees("bills.list");
}

/** From the list of bills over the figures to the choice of how to pay. */
export async function confirmFigures({ visitor }: Journey): Promise<Figures> {
  await visitor.sees("bills.list");
  const chosen = await visitor.readsFen("bills-total");
  await visitor.press("bills-pay");
  await visitor.sees("order.confirm");
  const figures = {
    total: await visitor.readsFen("quote-total"),
    fund: await visitor.readsFen("quote-fund"),
    account: await visitor.readsFen("quote-account"),
    cash: await visitor.readsFen("quote-cash"),
  };
  assert.equal(figures.total, chosen, "the figures are those of the chosen bills");
  assert.equal(figures.fund + figures.account + figures.cash, figures.total);
  await visitor.press("order-confirm");
  await visitor.sees("order.choose_tender");
  return figures;
}

/** From the card to the choice of how to pay. */
export async function openTenders(at: Journey, story: string): Promise<Figures> {
  await openBills(at, story);
  return await confirmFigures(at);
}

/** The machine shows its code, and the phone has not paid yet. */
export async function showCode({ visitor }: Journey): Promise<void> {
  await visitor.press("tender-show_code");
  await visitor.sees("order.pay");
}

export async function payShownCode({ visitor, hand }: Journey): Promise<void> {
  await visitor.sees("order.pay");
  await hand.phone("pay", await visitor.codeText());
}

export async function seeReceipt({ visitor }: Journey): Promise<void> {
  await visitor.sees("order.completed");
  await visitor.finds("slip-printed");
  assert.ok((await visitor.reads("receipt-number")).length > 0);
}

export async function takeCardAndGo({ visitor, hand }: Journey): Promise<void> {
  await visitor.press("finish");
  await visitor.sees("take_card");
  await hand.device({ do: "pull_card" });
  await visitor.sees("home");
}
