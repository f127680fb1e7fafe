import assert from "node:assert/strict";
import { compareBooks } from "./compare_books.ts";
import type { OwnBooks } from "./own_books.ts";
import type { PartyBooks } from "./party_books.ts";
import { newTold } from "./told.ts";

/** An order of 100: 60 by insurance, 40 by wallet, posted by HIS. */
const OWN: OwnBooks = {
  orders: [{ id: "o", root: "o", kind: "bills", state: "completed", hasOwner: true }],
  trades: [{ id: "t", orderId: "o", mode: "scan_code", paid: 40n, refunded: 0n }],
  claims: [{ orderId: "o", visitId: "v", settlementId: "s", isVoided: false }],
  accounts: [
    { orderId: "o", account: "channel:aggregate_pay", balance: 40n },
    { orderId: "o", account: "insurance:fund", balance: 60n },
    { orderId: "o", account: "his:posted", balance: -100n },
    { orderId: "o", account: "patient:hold", balance: 0n },
  ],
  cardMessages: [],
  batches: [],
  answers: [],
  faults: [],
};
const TRADE = {
  party: "aggregate_pay",
  tradeId: "t",
  number: "n",
  paid: 40n,
  refunded: 0n,
} as const;
const PARTIES: PartyBooks = {
  trades: [TRADE],
  cards: [],
  batches: [],
  holds: [],
  postings: [{ orderId: "o", total: 100n }],
  settlements: [{ settlementId: "s", visitId: "v", insured: 60n }],
};

function differences(own: Partial<OwnBooks>, parties: Partial<PartyBooks>): readonly string[] {
  return compareBooks({ ...OWN, ...own }, { ...PARTIES, ...parties }, newTold()).differences;
}

Deno.test("books that agree have no difference", () => {
  assert.deepEqual(differences({}, {}), []);
});

Deno.test("each way to lose or take a fen is told", async (t) => {
  const cases: readonly [string, RegExp, Partial<OwnBooks>, Partial<PartyBooks>][] = [
    ["a fen less at the bank", /channels: 39 outside, 40/, {}, {
      trades: [{ ...TRADE, paid: 39n }],
    }],
    ["a refund that only the bank knows", /40 - 40, we have 40 - 0/, {}, {
      trades: [{ ...TRADE, refunded: 40n }],
    }],
    ["a trade nobody asked for", /is not ours/, {}, {
      trades: [TRADE, { ...TRADE, tradeId: "other" }],
    }],
    ["two charges of one order", /charged 2 times/, {
      trades: [...OWN.trades, {
        id: "u",
        orderId: "o",
        mode: "scan_code",
        paid: 40n,
        refunded: 0n,
      }],
    }, { trades: [TRADE, { ...TRADE, tradeId: "u" }] }],
    ["a settlement that was never booked", /insurance: 120 outside, 60/, {}, {
      settlements: [
        ...PARTIES.settlements,
        { settlementId: "unheard", visitId: "v", insured: 60n },
      ],
    }],
    ["money kept that HIS did not post", /paid and not posted: 100 outside, 0/, {}, {
      postings: [],
    }],
    ["a hold that stays", /held: 0 outside, 7/, {
      accounts: [...OWN.accounts, { orderId: "o", account: "patient:hold", balance: -7n }],
    }, {}],
    ["an order without an owner", /nobody's/, {
      orders: [{ id: "o", root: "o", kind: "bills", state: "collecting", hasOwner: false }],
    }, {}],
  ];
  for (const [what, told, own, parties] of cases) {
    await t.step(what, () => {
      assert.match(differences(own, parties).join("\n"), told);
    });
  }
});

Deno.test("what a patient was shown has to be true in the end", () => {
  const told = newTold();
  told.completed.add("gone");
  assert.match(compareBooks(OWN, PARTIES, told).differences.join(), /shown as completed/);
});

/** The same order, paid by card, and one card of the bank's. */
const BY_CARD: Partial<OwnBooks> = {
  accounts: [
    { orderId: "o", account: "channel:card_host", balance: 40n },
    ...OWN.accounts.slice(1),
  ],
  cardMessages: [{
    number: "m/t/1/7",
    tradeId: "t",
    kind: "sale",
    state: "approved",
    failCode: null,
  }],
  batches: [{ id: "m/1", state: "agreed", messages: 1 }],
};
const AT_THE_HOST: Partial<PartyBooks> = {
  trades: [{ ...TRADE, party: "card_host" }],
  cards: [{ pan: "6299", gone: 40n, booked: 40n }],
  batches: [{ id: "m/1", agrees: true }],
};

Deno.test("a card's money, its messages and its settled day are compared (R-PAY-04)", async (t) => {
  const cases: readonly [string, RegExp | null, Partial<OwnBooks>, Partial<PartyBooks>][] = [
    ["all as it should be", null, {}, {}],
    ["money at another channel", /channel aggregate_pay: 0 outside, 40/, OWN, {}],
    ["an account without its entry", /card 6299: 41 are gone from it, 40 were/, {}, {
      cards: [{ pan: "6299", gone: 41n, booked: 40n }],
    }],
    ["a reversal without an end", /the sale is still reversing/, {
      cardMessages: [{
        number: "m/t/1/8",
        tradeId: "u",
        kind: "sale",
        state: "reversing",
        failCode: null,
      }],
    }, {}],
    ["a day that was not settled", /batch m\/1: open here, not settled/, {
      batches: [{ id: "m/1", state: "open", messages: 1 }],
    }, { batches: [] }],
    ["a day the host counts otherwise", /batch m\/1: the host counted otherwise/, {}, {
      batches: [{ id: "m/1", agrees: false }],
    }],
  ];
  for (const [what, told, own, parties] of cases) {
    await t.step(what, () => {
      const found = differences({ ...BY_CARD, ...own }, { ...AT_THE_HOST, ...parties });
      if (told) assert.match(found.join("\n"), told);
      else assert.deepEqual(found, []);
    });
  }
});

Deno.test("a registration that stands has its slot, any other has none (R-REG-13)", () => {
  const orders = [{ id: "o", root: "o", kind: "registration", state: "completed", hasOwner: true }];
  const returned = { id: "r", root: "o", kind: "refund", state: "completed", hasOwner: true };
  const held = (state: string) => ({ holds: [{ orderId: "o", state }] });
  assert.deepEqual(differences({ orders }, held("posted")), []);
  assert.match(differences({ orders }, held("held")).join(), /its slot is held, expected posted/);
  const back = differences({ orders: [...orders, returned] }, held("posted")).join();
  assert.match(back, /its slot is posted, expected released/);
  const nobodys = { holds: [{ orderId: "x", state: "held" }] };
  assert.match(differences({}, nobodys).join(), /slot held for x, which is no order of ours/);
});
