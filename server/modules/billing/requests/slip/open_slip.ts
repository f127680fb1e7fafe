import { DomainError } from "../../../../platform/errors.ts";
import type { OrderView, Stage } from "../../../checkout/contract.ts";
import { readOrder } from "../../../checkout/read_order.ts";
import type { TerminalSite } from "../../../fleet/terminal_site.ts";
import { maskName } from "../../../identity/masking.ts";
import { findRequestByToken, type RequestRow } from "../../store.ts";
import { digestOf, isToken } from "../link.ts";
import { openContent, REQUEST_CHANGED, requireUnchanged } from "../request_row.ts";
import { askOffer, type Offer } from "./offer.ts";
import type { SlipDeps } from "./slip_deps.ts";

/** What a phone sees at a slip's address. */
export type Slip = { readonly kind: "unknown" } | { readonly institution: string } & SlipStage;

type Shut =
  | { readonly kind: "withdrawn" | "expired" }
  | { readonly kind: "closed"; readonly text: string };

type SlipStage =
  | { readonly kind: "settled" | "unknown_patient" | "unavailable" | "too_often" }
  | Shut
  | { readonly kind: "order"; readonly order: OrderView }
  | {
    readonly kind: "due";
    readonly maskedName: string;
    readonly offer: Extract<Offer, { kind: "due" }>;
    /** An order for it turned back before. */
    readonly isRetry: boolean;
  };

/** The patient has the next move, and no way to pay is under way. */
const UNPAID_STAGES: ReadonlySet<Stage> = new Set(["confirm", "confirm_again", "choose_tender"]);

export async function openSlip(deps: SlipDeps, token: string): Promise<Slip> {
  const request = await findSlip(deps, token);
  if (!request) return { kind: "unknown" };
  const site = await deps.siteOf(request.institution_id);
  const institution = site.institution.name;
  const stage = await unlessChanged(() => stageOf(deps, request, site));
  return stage ? { institution, ...stage } : { kind: "unknown" };
}

/** Null for an address nobody was given, and of a row that somebody wrote into. */
export async function findSlip(deps: SlipDeps, token: string): Promise<RequestRow | null> {
  const row = isToken(token) ? await findRequestByToken(deps.db, digestOf(token)) : null;
  return row && await unlessChanged(async () => {
    await requireUnchanged(deps, row);
    return row;
  });
}

async function unlessChanged<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === REQUEST_CHANGED) return null;
    throw thrown;
  }
}

async function stageOf(
  deps: SlipDeps,
  request: RequestRow,
  site: TerminalSite,
): Promise<SlipStage> {
  const order = await readBegun(deps, request);
  if (order && isRecalled(request, order)) return { kind: "withdrawn" };
  if (order && order.state !== "unwound") return { kind: "order", order };
  const shut = whyShut(request, site, deps.clock.now());
  if (shut) return shut;
  if (!await deps.mayAsk(request.id)) return { kind: "too_often" };
  const offer = await askOffer(deps, site.institution.code, await openContent(deps, request));
  if (offer.kind !== "due") return offer;
  const maskedName = maskName(offer.patient.name);
  return { kind: "due", maskedName, offer, isRetry: order !== null };
}

/** Withdrawn before a phone began to pay its order: that one ends by itself. */
export function isRecalled(
  { withdrawn_at }: Pick<RequestRow, "withdrawn_at">,
  { stage }: Pick<OrderView, "stage">,
): boolean {
  return withdrawn_at !== null && UNPAID_STAGES.has(stage);
}

/** Why no order begins from it now; null while one may. */
export function whyShut(
  { withdrawn_at, expires_at }: RequestRow,
  { settings }: TerminalSite,
  now: Date,
): Shut | null {
  if (withdrawn_at !== null) return { kind: "withdrawn" };
  if (expires_at <= now) return { kind: "expired" };
  const { open, text } = settings.get("checkout.intake");
  return open ? null : { kind: "closed", text };
}

/** The order last begun; null before any, and when it was only going to be. */
export async function readBegun(
  { checkout }: SlipDeps,
  { order_id, institution_id }: RequestRow,
): Promise<OrderView | null> {
  if (order_id === null) return null;
  try {
    return await readOrder(checkout, order_id, institution_id);
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === "checkout.not_found") return null;
    throw thrown;
  }
}
