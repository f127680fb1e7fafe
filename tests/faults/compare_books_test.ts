import assert from "node:assert/strict";
import { compareBooks } from "./compare_books.ts";
import type { OwnBooks } from "./own_books.ts";
import type { PartyBooks } from "./party_books.ts";
import { newTold } from "./told.ts";

/** An order of 100: 60 by insurance, 40 by wallet, posted by HIS. */
const OWN: OwnBooks = {
  orders: [{ id: "o", root: "o", kind: "bills", state: "completed", hasOwner: true }],
  trades: [{ id: "t", orderId: "o", paid: 40n, refunded: 0n }],
  claims: [{ orderId: "o", visitId: "v", settlementId: "s", isVoided: false }],
  accounts: [
    { orderId: "o", account: "channel:aggregate_pay", balance: 40n },
    { orderId: "o", account: "insurance:fund", balance: 60n },
    { orderId: "o", account: "his:posted", balance: -100n },
    { orderId: "o", account: "patient:hold", balance: 0n },
  ],
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
      trades: [...OWN.trades, { id: "u", orderId: "o", paid: 40n, refunded: 0n }],
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
