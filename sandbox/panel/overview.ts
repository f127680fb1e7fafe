import type { Hono } from "hono";
import { z } from "zod";
import type { City, CityPerson } from "../city/city.ts";
import type { Faults, PlannedFault } from "../faults.ts";

/** What the panel shows, read from the parties' own control calls. */
export interface Overview {
  readonly faults: readonly PlannedFault[];
  readonly orders: readonly BankOrderLine[];
  readonly cardEntries: readonly CardEntryLine[];
  readonly postings: readonly PostingLine[];
  readonly settlements: readonly SettlementLine[];
  readonly medicalOrders: readonly MedicalOrderLine[];
  readonly mixes: readonly MixLine[];
  readonly persons: readonly CityPerson[];
  readonly institutions: ReadonlyMap<string, string>;
}

export interface PanelSources {
  readonly faults: Faults;
  readonly city: City;
  readonly his: Hono;
  readonly insurance: Hono;
  readonly aggregatePay: Hono;
  readonly mobileInsurance: Hono;
  readonly cardHost: Hono;
}

const LINES_SHOWN_MAX = 30;

const orderLine = z.object({
  number: z.string(),
  mode: z.string(),
  terminal: z.string(),
  title: z.string(),
  amountFen: z.string(),
  paidFen: z.string().nullable(),
  refundedFen: z.string(),
  status: z.string(),
  statusText: z.string(),
  wallet: z.string().nullable(),
  openedAt: z.string(),
  token: z.string(),
});

const postingLine = z.object({
  postingId: z.string(),
  institutionCode: z.string(),
  state: z.string(),
  receiptNumber: z.string().nullable(),
  totalFen: z.string().nullable(),
  at: z.string(),
});

const settlementLine = z.object({
  settlementId: z.string(),
  institution: z.string(),
  at: z.string(),
  voids: z.string().nullable(),
  voidedBy: z.string().nullable(),
  totalYuan: z.union([z.string(), z.number()]),
  fundYuan: z.union([z.string(), z.number()]),
  accountYuan: z.union([z.string(), z.number()]),
  cashYuan: z.union([z.string(), z.number()]),
});

const cardEntryLine = z.object({
  kind: z.enum(["sale", "void", "refund"]),
  state: z.enum(["booked", "declined", "reversed", "voided", "never"]),
  code: z.string(),
  terminal: z.string(),
  pan: z.string(),
  amountFen: z.string(),
  returnedFen: z.string(),
  at: z.string(),
});

export type CardEntryLine = z.infer<typeof cardEntryLine>;
const medicalOrderLine = z.object({
  payOrdId: z.string(),
  institution: z.string(),
  ordStas: z.number(),
  settlementId: z.string().nullable(),
  at: z.string(),
});

const mixLine = z.object({
  outTradeNo: z.string(),
  kind: z.string(),
  status: z.string(),
  cashFen: z.string(),
  refundedFen: z.string(),
  at: z.string(),
});

export type MedicalOrderLine = z.infer<typeof medicalOrderLine>;
export type MixLine = z.infer<typeof mixLine>;
export type BankOrderLine = z.infer<typeof orderLine>;
export type PostingLine = z.infer<typeof postingLine>;
export type SettlementLine = z.infer<typeof settlementLine>;

export async function readOverview(sources: PanelSources): Promise<Overview> {
  const [{ orders }, { entries }, { postings }, { settlements }] = await Promise.all([
    read(sources.aggregatePay, "orders", z.object({ orders: z.array(orderLine) })),
    read(sources.cardHost, "entries", z.object({ entries: z.array(cardEntryLine) })),
    read(sources.his, "postings", z.object({ postings: z.array(postingLine) })),
    read(sources.insurance, "settlements", z.object({ settlements: z.array(settlementLine) })),
  ]);
  const medical = await read(
    sources.mobileInsurance,
    "orders",
    z.object({ orders: z.array(medicalOrderLine), mixes: z.array(mixLine) }),
  );
  return {
    medicalOrders: medical.orders.slice(0, LINES_SHOWN_MAX),
    mixes: medical.mixes.slice(0, LINES_SHOWN_MAX),
    faults: sources.faults.list(),
    orders: orders.slice(0, LINES_SHOWN_MAX),
    cardEntries: entries.slice(0, LINES_SHOWN_MAX),
    postings: postings.slice(0, LINES_SHOWN_MAX),
    settlements: settlements.slice(0, LINES_SHOWN_MAX),
    persons: sources.city.persons.filter((person) => person.story !== null),
    institutions: new Map(sources.city.institutions.map(({ code, name }) => [code, name])),
  };
}

async function read<Shape>(app: Hono, name: string, shape: z.ZodType<Shape>): Promise<Shape> {
  const reply = await app.request(`/sandbox/${name}`);
  return shape.parse(await reply.json());
}
