import type { HisClient } from "../../gateways/his/client.ts";
import type { Held } from "../../gateways/his/wire.ts";
import { invariant } from "../../platform/errors.ts";
import { timeOfId } from "../../platform/ids.ts";
import { parseYuan } from "../../platform/money.ts";
import { mapDone, type Outcome } from "../../platform/outcome.ts";
import { claimLines, visitNumberOf } from "../billing/claim_lines.ts";
import { cancelPostedOrder, findPostedOrder, postOrder } from "../billing/posting.ts";
import { inCheckoutWords } from "../billing/refusals.ts";
import { postedReturns, type ReturningHis } from "../billing/returning.ts";
import type { PayableContext, PayableWork, PricedPayable } from "../checkout/payable.ts";

/** A registration fee settles as 普通门诊, not 12 门诊挂号 (nhsa.md §7.9). */
const ORDINARY_OUTPATIENT = "11";

export interface RegistrationDeps {
  readonly his:
    & Pick<HisClient, "hold" | "release" | "post" | "findPosting" | "cancel">
    & ReturningHis;
}

/** A registration as something checkout can have paid (R-REG-03): its slot is held while that lasts. */
export function registrationPayable({ his }: RegistrationDeps): PayableWork {
  return {
    price: (context) => holdSlot(his, context),
    fulfil: (context, notice) =>
      postOrder(
        his,
        { context, target: { kind: "registration", holdId: context.orderId } },
        notice,
      ),
    findFulfilment: (context) => findPostedOrder(his, context),
    cancelFulfilment: (context) => cancelPostedOrder(his, context),
    release: async ({ orderId, site }) =>
      inCheckoutWords(await his.release({ holdId: orderId, institutionCode: site.code })),
    ...postedReturns(his),
  };
}

/** Hold and order have one id: asked again, HIS gives the same hold. */
async function holdSlot(
  his: RegistrationDeps["his"],
  context: PayableContext,
): Promise<Outcome<PricedPayable>> {
  const { payable } = context;
  invariant(payable.kind === "registration", "registration is asked about slots only");
  const outcome = await his.hold({
    holdId: context.orderId,
    institutionCode: context.site.code,
    patientId: context.hisPatientId,
    scheduleId: payable.scheduleId,
    slotId: payable.slotId,
  });
  return mapDone(inCheckoutWords(outcome), (held) => pricedHold(context.orderId, held));
}

function pricedHold(orderId: string, held: Held): PricedPayable {
  // Not the visit's own time: it lies ahead, and insurance refuses fees of the future.
  const startedAt = timeOfId(orderId);
  return {
    title: `挂号 ${held.department.name}`,
    total: parseYuan(held.amount),
    visit: {
      visitNumber: visitNumberOf(orderId),
      medicalType: ORDINARY_OUTPATIENT,
      department: held.department,
      doctor: { code: held.doctor.code, name: held.doctor.name },
      diagnoses: held.diagnoses,
      startedAt,
      lines: claimLines(orderId, [{ occurredAt: startedAt, lines: held.lines }]),
    },
    registration: {
      department: held.department.name,
      doctor: held.doctor.name,
      day: held.day,
      time: `${held.startsAt}–${held.endsAt}`,
      number: held.number,
      location: held.location,
    },
  };
}
