import type { Infno, OutputOf, Settlement } from "../../gateways/insurance/wire.ts";
import { businessDay } from "../../platform/clock.ts";
import { done, type Outcome, unknown } from "../../platform/outcome.ts";
import type { ClaimDeps, ClaimPerson, ClaimPlan } from "./claim.ts";
import { type Message, sendMessage, type Talk } from "./send_message.ts";

/** What the platform says of a claim now; both kinds of memory of ours may be behind it. */
export type FoundSettlement =
  | { readonly state: "none" }
  | { readonly state: "settled" | "voided"; readonly id: string; readonly settlement: Settlement };

export interface OpenClaim {
  readonly plan: ClaimPlan;
  readonly person: ClaimPerson;
  /** Of an ask that sends several messages. */
  readonly talk?: Talk;
}

/** Sends a message of a claim: its order, site and the person's 参保地 go with it. */
export function sendClaimMessage<Number extends Infno>(
  deps: ClaimDeps,
  open: OpenClaim,
  message: Omit<Message<Number>, "site" | "orderId" | "insuplc" | "insutype" | "talk">,
): Promise<Outcome<OutputOf<Number>>> {
  return sendMessage(deps, {
    ...message,
    site: open.plan.context.site,
    orderId: open.plan.context.orderId,
    insuplc: open.person.insuplc,
    insutype: open.person.insutype,
    ...(open.talk && { talk: open.talk }),
  });
}

/** 5203, after 5201 where the answer that named the settlement was lost. */
export async function findSettlement(
  deps: ClaimDeps,
  open: OpenClaim,
): Promise<Outcome<FoundSettlement>> {
  const mdtrtId = open.plan.claim.mdtrt_id;
  if (mdtrtId === null) return done({ state: "none" });
  let id = open.plan.claim.setl_id;
  if (id === null) {
    const visits = await listVisits(deps, open);
    if (visits.kind !== "done") return visits;
    id = visits.value.find((visit) => visit.mdtrt_id === mdtrtId)?.setl_id ?? null;
    if (id === null) return done({ state: "none" });
  }
  const found = await sendClaimMessage(deps, open, {
    infno: "5203",
    input: { data: { psn_no: open.person.psnNo, setl_id: id, mdtrt_id: mdtrtId } },
  });
  // A refusal to tell is no proof that nothing was settled.
  if (found.kind === "refused") return unknown("5203 refused");
  if (found.kind !== "done") return found;
  const settlement = found.value.setlinfo;
  return done({ state: settlement.refd_setl_flag === "1" ? "voided" : "settled", id, settlement });
}

/** mdtrt_id of a registration whose answer was lost, by our own number of the visit. */
export async function findLostVisit(
  deps: ClaimDeps,
  open: OpenClaim,
): Promise<Outcome<string | null>> {
  const visits = await listVisits(deps, open);
  if (visits.kind !== "done") return visits;
  const number = open.plan.claim.visit_number;
  return done(visits.value.find((visit) => visit.ipt_otp_no === number)?.mdtrt_id ?? null);
}

type Visits = OutputOf<"5201">["mdtrtinfo"];

async function listVisits(deps: ClaimDeps, open: OpenClaim): Promise<Outcome<Visits>> {
  const { visit } = open.plan.context;
  const day = businessDay(visit.startedAt);
  const outcome = await sendClaimMessage(deps, open, {
    infno: "5201",
    input: {
      data: {
        psn_no: open.person.psnNo,
        begntime: `${day} 00:00:00`,
        endtime: `${day} 23:59:59`,
        med_type: visit.medicalType,
        mdtrt_id: open.plan.claim.mdtrt_id ?? "",
      },
    },
  });
  if (outcome.kind === "refused") return unknown("5201 refused");
  return outcome.kind === "done" ? done(outcome.value.mdtrtinfo) : outcome;
}
