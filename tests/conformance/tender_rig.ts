import assert from "node:assert/strict";
import type { Ask, LegAnswer } from "../../server/modules/payment/leg_answer.ts";
import type { Presented, TenderMode } from "../../server/modules/payment/channel.ts";
import { surplusLeg } from "../../server/modules/payment/surplus_leg.ts";
import { type TenderContext, tenderLeg } from "../../server/modules/payment/tender_leg.ts";
import { asFen } from "../../server/platform/money.ts";
import { tenderChannels } from "../../server/tender_channels.ts";
import { testRowTags } from "../sealer.ts";
import { openWorld, type World } from "../world.ts";

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
  present(world: World, payer: Payer): Promise<Presented | null> | Presented | null;
  /** The patient's own hand, after the channel was asked. */
  patientPays?(world: World, context: TenderContext): Promise<void>;
  patientRefuses?(world: World, context: TenderContext): Promise<void>;
  /** Plans that a call's request, or its answer, is lost once. */
  lose(world: World, step: Step, what: "lose_request" | "lose_answer"): void;
  /** The channel's echo, or its booking, is off by a fen amount once. */
  wrongAmount(world: World, where: "echo" | "book", byFen: number): void;
  slowRefund(world: World, ms: number): void;
  closedAccount(world: World): void;
  refuseRefund(world: World): void;
  /** Captured and given back, by the channel's own books. */
  books(world: World, context: TenderContext): Promise<{ paid: bigint; refunded: bigint }>;
  /** One more notice of the trade; absent where the channel sends none. */
  notify?(world: World, context: TenderContext): Promise<void>;
}

export const AMOUNT = asFen(5_420n);
const PAY_MS = 120_000;

export class TenderDesk implements AsyncDisposable {
  readonly rig: TenderRig;
  readonly world: World;
  readonly #legs;

  constructor(rig: TenderRig, world: World) {
    this.rig = rig;
    this.world = world;
    const channels = tenderChannels(world.services.platform.parties);
    const deps = { channels, clock: world.clock, tags: testRowTags() };
    this.#legs = { tender: tenderLeg(deps), surplus: surplusLeg(deps) };
  }

  async newTender(payer: Payer = "pays"): Promise<TenderContext> {
    const { world, rig } = this;
    return {
      orderId: world.id(),
      institutionId: world.terminal.institutionId,
      tradeId: world.id(),
      mode: rig.mode,
      presented: await rig.present(world, payer),
      amountFen: AMOUNT,
      title: "门诊缴费",
      terminalNumber: world.terminal.number,
      merchant: "H44190000001",
      expiresAt: new Date(world.clock.now().getTime() + PAY_MS),
      refundId: world.id(),
    };
  }

  /** Plans, calls and records, each part in its transaction as checkout does it. */
  async ask(context: TenderContext, ask: Ask): Promise<LegAnswer> {
    const { db } = this.world.own;
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
    const { db } = this.world.own;
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
      await this.rig.patientPays?.(this.world, context);
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
    const { paid, refunded } = await this.rig.books(this.world, context);
    return [paid, refunded];
  }

  /** Our own row of the trade. */
  async row(context: TenderContext) {
    return await this.world.own.db.selectFrom("payment_trade").selectAll()
      .where("id", "=", context.tradeId).executeTakeFirstOrThrow();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
  }
}

export async function openDesk(rig: TenderRig): Promise<TenderDesk> {
  return new TenderDesk(rig, await openWorld());
}
