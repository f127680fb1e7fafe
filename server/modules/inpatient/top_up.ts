import type { HisClient } from "../../gateways/his/client.ts";
import type { InpatientAccount } from "../../gateways/his/wire/inpatient.ts";
import { invariant } from "../../platform/errors.ts";
import { timeOfId } from "../../platform/ids.ts";
import { type Fen, formatYuan } from "../../platform/money.ts";
import { done, mapDone, type Outcome, refused, unknown } from "../../platform/outcome.ts";
import { visitNumberOf } from "../billing/claim_lines.ts";
import {
  cancelPostedOrder,
  findPostedOrder,
  type PostingHis,
  postOrder,
} from "../billing/posting.ts";
import { inCheckoutWords } from "../billing/refusals.ts";
import { postedReturns, type ReturningHis } from "../billing/returning.ts";
import type {
  PayableContext,
  PayableWork,
  PostedContext,
  PricedPayable,
  WantedReturn,
} from "../checkout/payable.ts";
import { depositAmount } from "./deposit_choices.ts";

/** 普通住院; insurance has no part in a deposit. */
const ORDINARY_INPATIENT = "21";
const ADMISSION_DIGITS_SHOWN = 4;

export interface TopUpDeps {
  readonly his:
    & PostingHis
    & ReturningHis
    & Pick<HisClient, "findInpatientAccount" | "returnDeposit">;
}

/** 住院充值 (R-PAY-18): a deposit for the patient's present stay as something checkout can have paid. */
export function depositPayable({ his }: TopUpDeps): PayableWork {
  return {
    price: (context) => priceDeposit(his, context),
    fulfil(context, notice) {
      const stay = context.priced?.deposit;
      invariant(stay !== undefined, "a deposit is posted to the stay it was priced for");
      const target = { kind: "deposit", admissionNumber: stay.admissionNumber } as const;
      return postOrder(his, { context, target }, notice);
    },
    findFulfilment: (context) => findPostedOrder(his, context),
    cancelFulfilment: (context) => cancelPostedOrder(his, context),
    // Asking for the account keeps nothing at HIS.
    release: () => Promise.resolve(done(null)),
    ...postedReturns(his),
    returnFulfilment: (context, wanted) => payOut(his, context, wanted),
  };
}

async function priceDeposit(
  his: TopUpDeps["his"],
  { orderId, site, hisPatientId, payable, deposits: terms }: PayableContext,
): Promise<Outcome<PricedPayable>> {
  invariant(payable.kind === "deposit" && terms !== undefined, "in-patients pay deposits only");
  const asked = { institutionCode: site.code, patientId: hisPatientId };
  const outcome = inCheckoutWords(await his.findInpatientAccount(asked));
  if (outcome.kind !== "done") return outcome;
  const account = outcome.value;
  if (!account?.topUp) return refused("checkout.not_admitted", "No stay that takes deposits");
  const { topUp } = account;
  const amount = depositAmount(payable.amount, { topUp, terms });
  return mapDone(amount, (total) => pricedDeposit(orderId, account, total));
}

function pricedDeposit(orderId: string, account: InpatientAccount, total: Fen): PricedPayable {
  const { admissionNumber, ward } = account;
  const startedAt = timeOfId(orderId);
  const none = { code: "0", name: "住院" };
  return {
    title: "住院预交金充值",
    total,
    visit: {
      visitNumber: visitNumberOf(orderId),
      medicalType: ORDINARY_INPATIENT,
      department: { code: none.code, name: ward, category: none.code },
      doctor: none,
      diagnoses: [],
      startedAt,
      lines: [{
        lineNumber: "1",
        catalogueCode: none.code,
        itemCode: none.code,
        name: `住院预交金（住院号尾号 ${admissionNumber.slice(-ADMISSION_DIGITS_SHOWN)}）`,
        quantity: "1",
        priceYuan: formatYuan(total),
        amountFen: total,
        occurredAt: startedAt,
      }],
    },
    registration: null,
    deposit: { admissionNumber },
  };
}

/** HIS counts so much of what is due as paid out by the platform, out of this deposit (R-REF-07). */
async function payOut(
  his: TopUpDeps["his"],
  { orderId, site }: PostedContext,
  { returnId, total }: WantedReturn,
): Promise<Outcome<null>> {
  const outcome = await his.returnDeposit({
    returnId,
    postingId: orderId,
    institutionCode: site.code,
    total: formatYuan(total),
  });
  // HIS holds something else under our id: that is not a no, somebody has to look.
  if (outcome.kind === "refused" && outcome.code === "conflict") {
    return unknown("HIS has this return with other content");
  }
  return mapDone(inCheckoutWords(outcome), () => null);
}
