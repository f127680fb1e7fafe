import { seedCity } from "../../../../../cli/dev/seed_city.ts";
import { testAudit } from "../../../../../tests/audit.ts";
import { shellActor } from "../../../audit/actor.ts";
import { findTerminal } from "../../../fleet/register_terminals.ts";
import { developmentCardMaster, developmentKeys } from "../../../../../cli/dev/development_keys.ts";
import { desDecrypt } from "../../../../../crypto/des.ts";
import { computeMac } from "../../../../../crypto/mac.ts";
import { encryptPinBlock } from "../../../../../crypto/pin_block.ts";
import { portableEngine } from "../../../../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../../../../crypto/providers/software.ts";
import { sm4Decrypt } from "../../../../../crypto/sm4.ts";
import { buildCity } from "../../../../../sandbox/city/build_city.ts";
import { CARD_EXPIRY, CARD_PIN, cityCards } from "../../../../../sandbox/card_host/bank_cards.ts";
import {
  type CardHostSandbox,
  createCardHostSandbox,
} from "../../../../../sandbox/card_host/create_card_host_sandbox.ts";
import { Faults } from "../../../../../sandbox/faults.ts";
import { type TestDb, testDb } from "../../../../../tests/db.ts";
import { testRowTags, testSealer } from "../../../../../tests/sealer.ts";
import { CardLine, type LineEvent } from "../../../../gateways/card_host/card_line.ts";
import type { ConnectCardHost } from "../../../../gateways/card_host/card_link.ts";
import { openCardHost } from "../../../../gateways/card_host/client.ts";
import type { HostProfile } from "../../../../gateways/card_host/wire/host_profile.ts";
import { UNIONPAY_SM4 } from "../../../../gateways/card_host/wire/unionpay.ts";
import { cardSaleBytes, padMacMethod } from "../../../../platform/card_sale_text.ts";
import { newId } from "../../../../platform/ids.ts";
import { createLog, type Log } from "../../../../platform/log.ts";
import { asFen } from "../../../../platform/money.ts";
import {
  confirmWorkKeys,
  createPadMaster,
  issueWorkKeys,
} from "../../../fleet/pad_keys/issue_pad_keys.ts";
import { usePadKeys } from "../../../fleet/pad_keys/use_pad_keys.ts";
import type { ChannelRefund, ChannelTrade, PresentedCard, TenderChannel } from "../../channel.ts";
import { cardHostChannel } from "../../channels/card_host.ts";
import type { CardDeps, CardLineSettings } from "../card_deps.ts";
import { openHostSession } from "../host_session.ts";

/** Moved by the test alone. */
class HandClock {
  #now = new Date("2026-11-18T01:00:00Z").getTime();

  now(): Date {
    return new Date(this.#now);
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

const SECRET = "00".repeat(32);
const TRANSPORT = new Uint8Array(16).map((_, at) => 0x31 + at * 3);
export const PAD_TERMINAL = "0001";
export const PAN = cityCards(buildCity())[0]?.pan ?? "";

export interface CardRig extends AsyncDisposable {
  readonly own: TestDb;
  readonly clock: HandClock;
  readonly faults: Faults;
  readonly host: CardHostSandbox;
  readonly deps: CardDeps;
  readonly channel: TenderChannel;
  readonly logged: string[];
  readonly lineEvents: LineEvent[];
  trade(amount?: number): ChannelTrade;
  refund(amount: number): ChannelRefund;
  card(trade: ChannelTrade, change?: Partial<CardChange>): PresentedCard;
  collect(
    trade: ChannelTrade,
    change?: Partial<CardChange>,
    channel?: TenderChannel,
  ): ReturnType<TenderChannel["collect"]>;
  balance(pan?: string): Promise<number>;
  entries(): Promise<HostEntry[]>;
  control(path: string, body?: unknown): Promise<unknown>;
  /** Another process on the same database, with its own line. */
  another(): CardDeps;
}

export interface HostEntry {
  readonly kind: string;
  readonly state: string;
  readonly code: string;
  readonly stan: number;
  readonly batch: number;
  readonly amountFen: string;
  readonly returnedFen: string;
}

export interface CardChange {
  readonly pan: string;
  readonly pin: string | null;
  /** Of which the pad made the MAC, when that is not the trade's. */
  readonly macAmount: bigint;
  readonly pinUnderPan: string;
}

export interface RigOptions {
  readonly profile?: HostProfile;
  readonly answerMs?: number;
  readonly connect?: (host: CardHostSandbox) => ConnectCardHost;
  readonly padAlgorithm?: "sm4" | "tdes";
}

/** The card channel on a database of its own, against the sandbox's host. */
export async function openCardRig(options: RigOptions = {}): Promise<CardRig> {
  const clock = new HandClock();
  const own = await testDb(clock.now());
  const faults = new Faults();
  const profile = options.profile ?? UNIONPAY_SM4;
  const master = profile.algorithm === "sm4" ? developmentCardMaster(SECRET) : TDES_MASTER;
  const host = createCardHostSandbox({
    store: ":memory:",
    clock,
    faults,
    city: buildCity(),
    secrets: { master },
    profile,
  });
  const provider = new SoftwareProvider(portableEngine(), { name: "test", keys: storedKeys() });
  const logged: string[] = [];
  const log = createLog({
    level: "debug",
    now: () => clock.now(),
    write: (line) => logged.push(line),
  });
  const pad = await loadPad({ own, clock, provider }, options.padAlgorithm ?? "sm4");
  const lineEvents: LineEvent[] = [];
  const parts = { own, clock, provider, profile, log, lineEvents, options, host };
  const deps = wire(parts);
  const channel = cardHostChannel(deps);
  const rig: CardRig = {
    own,
    clock,
    faults,
    host,
    deps,
    channel,
    logged,
    lineEvents,
    trade: (amount = 12_640) => ({
      tradeId: newId(clock.now()),
      orderId: newId(clock.now()),
      institutionId: newId(clock.now()),
      mode: "card",
      merchant: "H44190000001",
      terminalNumber: PAD_TERMINAL,
      amount: asFen(BigInt(amount)),
    }),
    refund: (amount) => ({ refundId: newId(clock.now()), amount: asFen(BigInt(amount)) }),
    card: (trade, change = {}) => pad.present(trade, change),
    collect: (trade, change, through = channel) =>
      through.collect(trade, {
        presented: { kind: "card", card: pad.present(trade, change ?? {}) },
        title: "门诊缴费",
        expiresAt: new Date(clock.now().getTime() + 600_000),
      }),
    async balance(pan = PAN) {
      const reply = await host.app.request("/sandbox/accounts");
      const { accounts } = await reply.json();
      return Number(accounts.find((one: { pan: string }) => one.pan === pan).balanceFen);
    },
    async entries() {
      const { entries } = await (await host.app.request("/sandbox/entries")).json();
      return entries;
    },
    async control(path, body) {
      const reply = await host.app.request(path, {
        method: "POST",
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { "content-type": "application/json" },
        }),
      });
      return await reply.json();
    },
    another: () => wire(parts),
    async [Symbol.asyncDispose]() {
      host[Symbol.dispose]();
      await provider[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
    },
  };
  return rig;
}

const TDES_MASTER = Uint8Array.fromHex("0123456789abcdeffedcba9876543210");

function storedKeys() {
  const at = { version: 1, leaves: "never", createdAt: "2026-01-01T00:00:00Z" } as const;
  return [
    ...developmentKeys(SECRET),
    {
      ...at,
      id: "tdes-master",
      label: "card-host-tdes",
      algorithm: "tdes" as const,
      usage: "import" as const,
      bytes: TDES_MASTER.slice(),
    },
    ...(["sm4", "tdes"] as const).map((algorithm) => ({
      ...at,
      id: `transport-${algorithm}`,
      label: `transport-${algorithm}`,
      algorithm,
      usage: "export" as const,
      bytes: algorithm === "sm4" ? TRANSPORT.slice() : TDES_MASTER.slice(),
    })),
  ];
}

function wire(
  { own, clock, provider, profile, log, lineEvents, options, host: sandbox }: {
    readonly own: TestDb;
    readonly clock: HandClock;
    readonly provider: SoftwareProvider;
    readonly profile: HostProfile;
    readonly log: Log;
    readonly lineEvents: LineEvent[];
    readonly options: RigOptions;
    readonly host: CardHostSandbox;
  },
): CardDeps {
  const answerMs = options.answerMs ?? 2_000;
  const settings: CardLineSettings = {
    hostId: "bank",
    masterKey: profile.algorithm === "sm4" ? "card-host-master" : "card-host-tdes",
    speaker: { merchant: "102441900000001", terminal: "YK000000" },
    terminalPrefix: "YK",
    answerMs,
  };
  const line = new CardLine({
    connect: options.connect?.(sandbox) ?? (() => sandbox.connect()),
    framing: { ...profile.framing, tpdu: Uint8Array.fromHex("6000030000") },
    table: profile.table,
    answerMs,
    clock,
    observe: (event) => lineEvents.push(event),
  });
  const client = openCardHost({ line, profile });
  const { db } = own;
  const session = openHostSession({ db, clock, log, provider, host: client, profile, settings });
  return {
    db,
    clock,
    log,
    sealer: testSealer(),
    tags: testRowTags(),
    audit: testAudit(clock),
    provider,
    host: client,
    profile,
    session,
    padKeys: usePadKeys({ db, provider }),
    settings,
  };
}

/** A terminal with a pad that went through the ceremony, as the pad's own hands. */
async function loadPad(
  { own, clock, provider }: {
    readonly own: TestDb;
    readonly clock: HandClock;
    readonly provider: SoftwareProvider;
  },
  algorithm: "sm4" | "tdes",
) {
  const audit = testAudit(clock);
  await seedCity({ db: own.db, clock, audit, rowTags: testRowTags() }, buildCity());
  const terminal = await findTerminal(own, { number: PAD_TERMINAL });
  if (!terminal) throw new Error("Cannot load a pad: no terminal");
  const terminalId = terminal.id;
  const deps = { db: own.db, provider, clock, audit };
  const asked = { terminalId, actor: shellActor("test") };
  const transportKey = await provider.findKey(`transport-${algorithm}`);
  if (!transportKey) throw new Error("Cannot load a pad: no transport key");
  const to = { transportKey };
  const delivered = await createPadMaster(deps, { ...asked, algorithm, to });
  const transport = algorithm === "sm4" ? TRANSPORT : TDES_MASTER;
  const master = unwrap(algorithm, transport, delivered.wrapped);
  const issued = await issueWorkKeys(deps, asked);
  await confirmWorkKeys(deps, { ...asked, version: issued.version });
  const pinKey = unwrap(algorithm, master, issued.pin.wrapped);
  const macKey = unwrap(algorithm, master, issued.mac.wrapped);
  const format = algorithm === "sm4" ? "sm4_16" : "iso9564_0";
  return {
    present(trade: ChannelTrade, change: Partial<CardChange>): PresentedCard {
      const { pan = PAN, pin = CARD_PIN, macAmount = trade.amount, pinUnderPan = pan } = change;
      const pinBlock = pin === null
        ? null
        : encryptPinBlock({ format, pan: pinUnderPan, key: pinKey, pin });
      const { tradeId, terminalNumber } = trade;
      const text = cardSaleBytes({ tradeId, terminalNumber, amountFen: macAmount, pan, pinBlock });
      return {
        entry: "inserted",
        pan,
        expiry: CARD_EXPIRY,
        sequence: "001",
        track2: `${pan}=${CARD_EXPIRY}201`,
        chip: Uint8Array.fromHex("9f26081122334455667788"),
        pinBlock,
        mac: computeMac(padMacMethod(algorithm), macKey, text),
      };
    },
  };
}

function unwrap(algorithm: "sm4" | "tdes", key: Uint8Array, wrapped: Uint8Array): Uint8Array {
  return algorithm === "sm4"
    ? sm4Decrypt({ mode: "ecb", key, padding: "none" }, wrapped)
    : desDecrypt({ mode: "ecb", key }, wrapped);
}
