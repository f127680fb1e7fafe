import assert from "node:assert/strict";
import { computeMac } from "../crypto/mac.ts";
import { decryptPinBlock } from "../crypto/pin_block.ts";
import { sm4Encrypt } from "../crypto/sm4.ts";
import type { SocialSecurityCard } from "../ffi/contract.ts";
import type { BankCard } from "../sandbox/devices/bank_card.ts";
import { SimulatedCardReader } from "../sandbox/devices/card_reader.ts";
import { SimulatedPinPad } from "../sandbox/devices/pin_pad/simulated_pin_pad.ts";
import type { HandKey } from "../sandbox/devices/pin_pad/pad_state.ts";
import type { OrderView, PresentedCardBody } from "../server/modules/checkout/contract.ts";
import { cardSaleBytes } from "../server/platform/card_sale_text.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import type { Pause } from "../server/platform/pause.ts";
import { Background } from "./background.ts";
import type { PadKeys } from "./card_payment.ts";
import { CardPayments } from "./card_payments.ts";
import { CardReading } from "./card_reading.ts";
import type { CardPaymentStep } from "./contract.ts";
import type { PadKeyTrouble } from "./pad_keys/pad_key_trouble.ts";
import { newView, SETTINGS } from "./fake_platform.ts";

const NOW = new Date("2026-11-22T04:30:00Z");
const ORDER = "0199b1f0-0000-7000-8000-000000000001";
const CARD: BankCard = {
  pan: "6299990000000000018",
  expiry: "3012",
  sequence: "001",
  serviceCode: "220",
  hasChip: true,
};
const SSC: SocialSecurityCard = {
  region: "441900",
  socialSecurityNumber: "441900195203070010",
  cardNumber: "X00000019",
  cardIdentifier: "441900D15600000500BF7C7A48FB4966",
  name: "陈测试",
  version: "3.00",
};
const MASTER = new Uint8Array(16).fill(17);
const PIN_KEY = new Uint8Array(16).fill(34);
const MAC_KEY = new Uint8Array(16).fill(51);
const KEYS: PadKeys = {
  pin: { slot: 1, algorithm: "sm4" },
  mac: { slot: 2, method: "sm4_cbc" },
};

Deno.test("CardPayments takes card and PIN, and signs what the order says (R-PAY-04, R-PAY-16)", async () => {
  await using rig = await startRig();
  assert.equal(rig.payments.start(ORDER), null);
  await rig.reaches("waiting_card");
  rig.reader.insertBankCard(CARD);
  await rig.reaches("pin");
  rig.press("1", "2", "3", "4", "5", "6", "enter");
  assert.deepEqual(await rig.reaches("ended"), { kind: "ended", reason: null });
  const { id, card } = rig.presented();
  assert.equal(card.pan, CARD.pan);
  assert.equal(pinOf(card), "123456");
  const sale = {
    terminalNumber: "0317",
    tradeId: id,
    amountFen: 3515n,
    pan: CARD.pan,
    pinBlock: Uint8Array.fromHex(card.pinBlock ?? ""),
  };
  assert.equal(card.mac, computeMac("sm4_cbc", MAC_KEY, cardSaleBytes(sale)).toHex());
  // The card waits to be taken.
  assert.equal((await rig.reader.status()).media, "entering");
});

Deno.test("CardPayments tells the screen how many digits there are, and of the card nothing", async () => {
  await using rig = await startRig();
  rig.payments.start(ORDER);
  rig.reader.insertBankCard(CARD);
  await rig.reaches("pin");
  rig.press("1", "2", "3", "clear", "4", "5", "6", "7", "8", "9", "enter");
  await rig.reaches("ended");
  const counts = rig.steps.flatMap((step) => step.kind === "pin" ? [step.digits] : []);
  assert.deepEqual(counts, [0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6]);
  assert.ok(!JSON.stringify(rig.steps).includes(CARD.pan.slice(-4)));
});

Deno.test("CardPayments takes a tapped card and one with a stripe alone", async () => {
  const striped: BankCard = { ...CARD, hasChip: false };
  for (const entry of ["tapped", "magnetic"] as const) {
    await using rig = await startRig();
    rig.payments.start(ORDER);
    await rig.reaches("waiting_card");
    if (entry === "tapped") await rig.tap(CARD);
    else rig.reader.insertBankCard(striped);
    await rig.reaches("pin");
    rig.press("1", "2", "3", "4", "5", "6", "enter");
    await rig.reaches("ended");
    const { card } = rig.presented();
    assert.equal(card.entry, entry);
    assert.equal(card.chip === null, entry === "magnetic");
  }
});

Deno.test("CardPayments lets a holder without a PIN go on where the card does not ask for one", async () => {
  await using rig = await startRig();
  rig.payments.start(ORDER);
  rig.reader.insertBankCard({ ...CARD, serviceCode: "201" });
  assert.ok((await rig.reaches("pin")).skippable);
  rig.payments.act(ORDER, "skip_pin");
  await rig.reaches("ended");
  assert.equal(rig.presented().card.pinBlock, null);
});

Deno.test("CardPayments ends with its reason, and gives the card back", async () => {
  const ends: readonly (readonly [string, (rig: Rig) => void])[] = [
    ["stopped", (rig) => rig.press("1", "cancel")],
    ["stopped", (rig) => rig.payments.act(ORDER, "stop")],
    ["removed_too_early", (rig) => rig.reader.pull()],
    ["pad_failed", (rig) => rig.pad.tamper()],
    ["pad_failed", (rig) => rig.pad.setOnline(false)],
  ];
  for (const [reason, act] of ends) {
    await using rig = await startRig();
    rig.payments.start(ORDER);
    await rig.reaches("waiting_card");
    rig.reader.insertBankCard(CARD);
    await rig.reaches("pin");
    act(rig);
    assert.deepEqual(await rig.reaches("ended"), { kind: "ended", reason });
    assert.notEqual((await rig.reader.status()).media, "present");
    assert.deepEqual(
      rig.lent,
      reason === "pad_failed" ? ["looked at", "given back"] : ["given back"],
    );
    assert.equal(rig.sent.length, 0);
  }
});

Deno.test("CardPayments takes another card when the patient asks for it", async () => {
  await using rig = await startRig();
  const other = { ...CARD, pan: "6299990000000000026" };
  rig.payments.start(ORDER);
  rig.reader.insertBankCard(CARD);
  await rig.reaches("pin");
  rig.payments.act(ORDER, "other_card");
  await rig.reaches("waiting_card");
  rig.reader.pull();
  rig.reader.insertBankCard(other);
  await rig.reaches("pin");
  rig.press("6", "5", "4", "3", "2", "1", "enter");
  await rig.reaches("ended");
  assert.equal(rig.presented().card.pan, other.pan);
});

Deno.test("CardPayments begins nothing without keys, without a price, or beside another one", async () => {
  await using bare = await startRig({ parts: false });
  assert.equal(bare.payments.start(ORDER)?.code, "terminal.no_card_payment");
  await using keyless = await startRig({ keysTrouble: "no_master" });
  assert.equal(keyless.payments.start(ORDER)?.code, "terminal.no_card_payment");
  await using moving = await startRig({ stage: "working" });
  assert.equal(moving.payments.start(ORDER)?.code, "terminal.no_card_payment");
  await using rig = await startRig();
  rig.payments.start(ORDER);
  await rig.reaches("waiting_card");
  assert.equal(rig.payments.start(ORDER)?.code, "terminal.no_card_payment");
});

Deno.test("CardPayments pays from the account of the social-security card that lies inside, and leaves it there", async () => {
  await using rig = await startRig();
  rig.reader.insert(SSC, null, CARD);
  rig.payments.start(ORDER);
  await rig.reaches("pin");
  rig.press("1", "2", "3", "4", "5", "6", "enter");
  await rig.reaches("ended");
  assert.equal(rig.presented().card.pan, CARD.pan);
  assert.equal((await rig.reader.status()).media, "present");
});

Deno.test("CardPayments.stop() is over when nothing of the card is in use any more", async () => {
  await using rig = await startRig();
  rig.payments.start(ORDER);
  await rig.reaches("waiting_card");
  rig.reader.insertBankCard(CARD);
  await rig.reaches("pin");
  await rig.payments.stop();
  assert.equal((await rig.pad.status()).entry, "idle");
  assert.equal((await rig.reader.status()).media, "entering");
});

const QUOTE: NonNullable<OrderView["quote"]> = {
  version: 1,
  totalFen: "3515",
  fundFen: "0",
  accountFen: "0",
  otherFen: "0",
  cashFen: "3515",
  accountBalanceFen: null,
};

type StepOf<Kind> = Extract<CardPaymentStep, { kind: Kind }>;

interface Rig extends AsyncDisposable {
  readonly payments: CardPayments;
  readonly reader: SimulatedCardReader;
  readonly pad: SimulatedPinPad;
  readonly steps: readonly CardPaymentStep[];
  readonly sent: readonly Presented[];
  readonly lent: readonly string[];
  press(...keys: HandKey[]): void;
  tap(card: BankCard): Promise<void>;
  reaches<Kind extends CardPaymentStep["kind"]>(kind: Kind): Promise<StepOf<Kind>>;
  presented(): Presented;
}

interface Presented {
  readonly id: string;
  readonly card: PresentedCardBody;
}

async function startRig(
  { parts = true, stage = "choose_tender", keysTrouble = null }: {
    readonly parts?: boolean;
    readonly keysTrouble?: PadKeyTrouble | null;
    readonly stage?: "choose_tender" | "working";
  } = {},
): Promise<Rig> {
  const reader = new SimulatedCardReader({ pause: () => Promise.resolve(), readTakesMs: 0 });
  const pad = await paddedWithKeys();
  const off = new AbortController();
  const reading = new CardReading({
    reader,
    log: SILENT_LOG,
    tell: () => {},
    refresh: () => Promise.resolve(),
    signal: off.signal,
  });
  const background = new Background(SILENT_LOG, still);
  const steps: CardPaymentStep[] = [];
  const sent: Presented[] = [];
  let told = Promise.withResolvers<void>();
  const asked = { id: ORDER, identificationId: ORDER, settlement: "self_pay" } as const;
  const order = newView({ ...asked, payable: { kind: "bills", billIds: ["B1"] } });
  const view = { ...order, stage, quote: QUOTE };
  const keeper = {
    trouble: keysTrouble,
    lend: () => Promise.resolve({ keys: KEYS, [Symbol.dispose]: () => lent.push("given back") }),
    look: () => lent.push("looked at"),
  };
  const lent: string[] = [];
  const payments = new CardPayments({
    parts: parts ? { pinPad: pad, keeper } : null,
    supervisor: { lendCardReader: (work) => reading.lend(work) },
    orders: {
      findShown: (id) => id === ORDER ? { view, number: "A1" } : null,
      presentCard(_orderId, presented) {
        sent.push(presented);
        return Promise.resolve(true);
      },
    },
    background,
    clock: { now: () => NOW },
    log: SILENT_LOG,
    settings: { last: SETTINGS },
    tell({ step }) {
      steps.push(step);
      told.resolve();
    },
  });
  let seen = 0;
  return {
    payments,
    reader,
    pad,
    steps,
    sent,
    lent,
    press: (...keys) => keys.forEach((each) => pad.press(each)),
    async tap(card) {
      while (!reader.tapBankCard(card)) await Promise.resolve();
    },
    async reaches(kind) {
      for (;;) {
        const step = steps[seen];
        if (!step) {
          told = Promise.withResolvers();
          await told.promise;
          continue;
        }
        seen += 1;
        if (isOf(step, kind)) return step;
      }
    },
    presented() {
      const [only] = sent;
      assert.ok(only && sent.length === 1);
      return only;
    },
    async [Symbol.asyncDispose]() {
      off.abort();
      await background[Symbol.asyncDispose]();
    },
  };
}

function isOf<Kind extends CardPaymentStep["kind"]>(
  step: CardPaymentStep,
  kind: Kind,
): step is StepOf<Kind> {
  return step.kind === kind;
}

/** Master key in plain, as in the secure room; work keys under it. */
async function paddedWithKeys(): Promise<SimulatedPinPad> {
  const pad = new SimulatedPinPad({ isSecureRoom: true });
  const options = { signal: new AbortController().signal, timeoutMs: 1_000 };
  const load = async (
    slot: number,
    purpose: "key_encryption" | "pin" | "mac",
    bytes: Uint8Array,
  ) => {
    const under = purpose === "key_encryption" ? null : 0;
    const wrapped = under === null ? bytes : sm4Encrypt({
      mode: "ecb",
      key: MASTER,
      padding: "none",
    }, bytes);
    const loaded = await pad.loadKey(
      { slot, algorithm: "sm4", purpose, under, key: wrapped },
      options,
    );
    assert.equal(loaded.kind, "done");
  };
  await load(0, "key_encryption", MASTER);
  await load(1, "pin", PIN_KEY);
  await load(2, "mac", MAC_KEY);
  return pad;
}

function pinOf({ pinBlock, pan }: PresentedCardBody): string {
  const block = Uint8Array.fromHex(pinBlock ?? "");
  const clear = decryptPinBlock({ format: "sm4_16", key: PIN_KEY, pan }, block);
  return new TextDecoder().decode(clear);
}

const still: Pause = (_ms, signal) =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
