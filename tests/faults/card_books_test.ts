import assert from "node:assert/strict";
import { cardEntry, cardsOf, cardTrades } from "./card_books.ts";

const ROW = {
  merchant: "m",
  terminal: "t",
  batch: 1,
  stan: 7,
  kind: "sale",
  state: "booked",
  pan: "6299",
  amountFen: "40",
  returnedFen: "0",
};
const OURS = [7, 8].map((stan) => ({
  number: `m/t/1/${stan}`,
  tradeId: "trade",
  kind: "sale",
  state: "approved",
  failCode: null,
}));

Deno.test("an entry of the card host is the trade whose number it has", () => {
  const [trade] = cardTrades([cardEntry({ ...ROW, returnedFen: "15" })], OURS);
  assert.deepEqual([trade?.tradeId, trade?.paid, trade?.refunded], ["trade", 40n, 15n]);
  const [foreign] = cardTrades([cardEntry({ ...ROW, stan: 9 })], OURS);
  assert.equal(foreign?.tradeId, null);
  assert.deepEqual(cardTrades([cardEntry({ ...ROW, state: "reversed" })], OURS), []);
});

Deno.test("two sales of one trade are two charges, not one", () => {
  const twice = [cardEntry(ROW), cardEntry({ ...ROW, stan: 8 })];
  assert.deepEqual(cardTrades(twice, OURS).map(({ paid }) => paid), [80n]);
});

Deno.test("what is gone from an account is told beside what was booked on it", () => {
  const accounts = [{ pan: "6299", balanceFen: "59" }];
  const card = {
    pan: "6299",
    kind: "bank_card",
    holder: "",
    idNumber: "",
    balanceFen: 100,
  } as const;
  const given = cardsOf([cardEntry(ROW)], { accounts, cards: [card] });
  assert.deepEqual(given, [{ pan: "6299", gone: 41n, booked: 40n }]);
});
