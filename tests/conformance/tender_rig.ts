import assert from "node:assert/strict";
import type { Kysely, Selectable } from "kysely";
import type {
  Presented,
  TenderChannels,
  TenderMode,
} from "../../server/modules/payment/channel.ts";
import type { Ask, LegAnswer } from "../../server/modules/payment/leg_answer.ts";
import { surplusLeg } from "../../server/modules/payment/surplus_leg.ts";
import { type TenderContext, tenderLeg } from "../../server/modules/payment/tender_leg.ts";
import { newId } from "../../server/platform/ids.ts";
import { asFen } from "../../server/platform/money.ts";
import type { Tables } from "../../server/schema.ts";
import type { Faults } from "../../sandbox/faults.ts";
import { testRowTags } from "../sealer.ts";

/** What the patient will do, or what became of the account. */
export type Payer = "pays" | "insufficient" | "waits";

export type Step = "collect" | "query" | "close" | "refund" | "query_refund";

/** One adapter with its simulator, as the flows need it. */
export interface TenderRig {
  readonly name: string;
  readonly mode: TenderMode;
  /** `waits` is there only for ways where the patient acts after we asked. */
  readonly payers: readonly Payer[];
  /** What a lost answer to collecting ends as: found done, or reversed by the asking. */
  readonly lostAnswer: "done" | "reversed";
  /** After so long the channel is sure that a lost request will not come any more. */
  readonly lateMs?: number;
  /** What a lost void leaves: nothing, as it is taken back and made anew. */
  readonly lostRefund?: "done" | "absent";
  readonly accountClosedCode?: string;
  readonly does: ReadonlySet<Doing>;
  open(): Promise<RigStage>;
}

/** What not every channel has. */
export type Doing =
  | "refuses_by_hand"
  | "slow_refunds"
  | "closed_accounts"
  | "notices"
  | "wrong_amounts"
  | "merchant_moves";

/** Everything is bound to one database and one simulator. */
export interface RigStage extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  readonly clock: { now(): Date; advance(ms: number): void };
  readonly channels: TenderChannels;
  readonly faults: Faults;
  readonly place: Pick<TenderContext, "institutionId" | "terminalNumber" | "merchant">;
  /** An order's id that the channel may be asked about; a new one when absent. */
  newOrder?(): Promise<string>;
  present(payer: Payer, tender: TenderContext): Presented | null | Promise<Presented | null>;
  /** The patient's own hand, after the channel was asked. */
  patientPays?(tender: TenderContext): Promise<void>;
  patientRefuses?(tender: TenderContext): Promise<void>;
  /** Plans that a call's request, or its answer, is lost once. */
  lose(step: Step, what: "lose_request" | "lose_answer"): void;
  /** The channel's echo, or its booking, is off by a fen amount once. */
  wrongAmount(where: "echo" | "book", byFen: number): void;
  slowRefund?(ms: number): void;
  /** Till the returned promise's function is called. */
  closedAccount?(tender: TenderContext): Promise<() => Promise<void>>;
  refuseRefund(): void;
  /** Captured and given back, by the channel's own books. */
  books(tender: TenderContext): Promise<{ paid: bigint; refunded: bigint }>;
  /** One more notice of the trade. */
  notify?(tender: TenderContext): Promise<void>;
}

export const AMOUNT = asFen(5_420n);
const PAY_MS = 120_000;

export class TenderDesk implements AsyncDisposable {
  readonly rig: TenderRig;
  readonly stage: RigStage;
  readonly #legs;

  constructor(rig: TenderRig, stage: RigStage) {
    this.rig = rig;
    this.stage = stage;
    const deps = { channels: stage.channels, clock: stage.clock, tags: testRowTags() };
    this.#legs = { tender: tenderLeg(deps), surplus: surplusLeg(deps) };
  }

  newId(): string {
    return newId(this.stage.clock.now());
  }

  async newTender(payer: Payer = "pays"): Promise<TenderContext> {
    const { stage, rig } = this;
    const tender: TenderContext = {
      ...stage.place,
      orderId: await stage.newOrder?.() ?? this.newId(),
      tradeId: this.newId(),
      mode: rig.mode,
      presented: null,
      amountFen: AMOUNT,
      title: "门诊缴费",
      expiresAt: new Date(stage.clock.now().getTime() + PAY_MS),
      refundId: this.newId(),
    };
    return { ...tender, presented: await stage.present(payer, tender) };
  }

  /** Plans, calls and records, each part in its transaction as checkout does it. */
  async ask(context: TenderContext, ask: Ask): Promise<LegAnswer> {
    const { db } = this.stage;
    const leg = this.#legs.tender;
    const plan = await db.transaction().execute((tx) => leg.plan(tx, context, ask));
    const answer = await leg.call(plan);
    await db.transaction().execute((tx) => leg.record(tx, plan, answer));
    return answer;
  }

  /** A part of the trade back, under an id of its own. */
  async giveBack(
    context: TenderContext,
    { refundId, fen, ask = "perform" }: {
      readonly refundId: string;
      readonly fen: bigint;
      readonly ask?: Ask;
    },
  ): Promise<LegAnswer> {
    const { db } = this.stage;
    const leg = this.#legs.surplus;
    const { orderId, institutionId, tradeId } = context;
    const part = { orderId, institutionId, tradeId, refundId, amountFen: asFen(fen) };
    const plan = await db.transaction().execute((tx) => leg.plan(tx, part, ask));
    const answer = await leg.call(plan);
    await db.transaction().execute((tx) => leg.record(tx, plan, answer));
    return answer;
  }

  /** Takes the money, with the patient's hand where one is needed. */
  async pay(context: TenderContext): Promise<LegAnswer> {
    let answer = await this.ask(context, "perform");
    if (answer.kind === "pending") {
      await this.stage.patientPays?.(context);
      answer = await this.ask(context, "find");
    }
    return answer;
  }

  async paid(): Promise<TenderContext> {
    const context = await this.newTender();
    assert.equal((await this.pay(context)).kind, "done");
    return context;
  }

  async books(context: TenderContext): Promise<readonly [paid: bigint, refunded: bigint]> {
    const { paid, refunded } = await this.stage.books(context);
    return [paid, refunded];
  }

  /** Our own row of the trade. */
  async row(context: TenderContext): Promise<Selectable<Tables["payment_trade"]>> {
    return await this.stage.db.selectFrom("payment_trade").selectAll()
      .where("id", "=", context.tradeId).executeTakeFirstOrThrow();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stage[Symbol.asyncDispose]();
  }
}

export async function openDesk(rig: TenderRig): Promise<TenderDesk> {
  return new TenderDesk(rig, await rig.open());
}
