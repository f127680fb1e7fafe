import assert from "node:assert/strict";
import { CardSlot } from "./card_slot.ts";

Deno.test("CardSlot owes a card that lay there when the reader was first seen", () => {
  const slot = new CardSlot();
  slot.hear({ kind: "media_inserted" });
  assert.equal(slot.card, null);
  slot.see("present");
  assert.equal(slot.isOwed, true);
});

Deno.test("CardSlot owes no card that was put into an empty reader", () => {
  const slot = new CardSlot();
  slot.see("not_present");
  slot.hear({ kind: "media_inserted" });
  slot.see("present");
  assert.equal(slot.isOwed, false);
});

Deno.test("CardSlot owes a card that came in while the reader was out of sight", () => {
  const slot = new CardSlot();
  slot.see("not_present");
  slot.see("unknown");
  slot.see("present");
  assert.equal(slot.isOwed, true);
});

Deno.test("CardSlot knows the card again that a reader out of sight still has", () => {
  const slot = new CardSlot();
  slot.see("not_present");
  slot.see("present");
  const { card } = slot;
  slot.see("unknown");
  assert.equal(slot.card, card);
  slot.see("entering");
  assert.equal(slot.card, card);
  assert.equal(slot.isOwed, false);
});

Deno.test("CardSlot gives the next card another number, and owes it nothing", () => {
  const slot = new CardSlot();
  slot.see("present");
  const { card } = slot;
  slot.hear({ kind: "media_removed" });
  assert.equal(slot.card, null);
  slot.hear({ kind: "media_inserted" });
  assert.notEqual(slot.card, card);
  assert.equal(slot.isOwed, false);
});

Deno.test("CardSlot owes a card again that was given back and is inside once more", () => {
  const slot = new CardSlot();
  slot.see("not_present");
  slot.see("present");
  slot.give();
  slot.see("entering");
  assert.equal(slot.isOwed, false);
  slot.see("unknown");
  slot.see("present");
  assert.equal(slot.isOwed, true);
  slot.give();
  slot.see("not_present");
  slot.see("present");
  assert.equal(slot.isOwed, false);
});
