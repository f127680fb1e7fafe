import { auditData } from "./modules/audit/subject/audit_data.ts";
import { billingData } from "./modules/billing/billing_data.ts";
import { checkoutData } from "./modules/checkout/checkout_data.ts";
import type { ErasePersonDeps } from "./modules/identity/persons/erase_person.ts";
import { identityData } from "./modules/identity/persons/identity_data.ts";
import { insuranceData } from "./modules/insurance/insurance_data.ts";
import type { PersonRoutesDeps } from "./modules/identity/persons/routes.ts";
import { paymentData } from "./modules/payment/payment_data.ts";
import { refundData } from "./modules/refund/refund_data.ts";
import type { Erased, PersonalData } from "./platform/personal_data.ts";
import type { Tables } from "./schema.ts";
import type { PlatformDeps, Services } from "./services.ts";

/** Every module that holds something on persons; those that find keys stand before those who use them. */
function personalData(deps: Pick<PlatformDeps, "db" | "sealer">): PersonalData<Tables>[] {
  return [
    identityData(deps),
    checkoutData(deps),
    insuranceData(deps),
    paymentData(deps),
    refundData(deps),
    billingData(deps),
    auditData(deps),
  ];
}

/** What the console's routes on persons run on. */
export function personServices({ platform, audit, console }: Services): PersonRoutesDeps {
  return {
    ...platform,
    audit,
    rateLimits: console.rateLimits,
    personalData: personalData(platform),
    erasing: erasingOf(platform),
  };
}

/** All modules erase in one transaction, and read by it. */
export function erasingOf(
  { db, sealer }: Pick<PlatformDeps, "db" | "sealer">,
): ErasePersonDeps["erasing"] {
  return (work) =>
    db.transaction().execute((tx) => {
      const parts = personalData({ db: tx, sealer });
      return work({
        tx,
        records: parts,
        async eraseAll(subject, now) {
          const erased: Erased[] = [];
          for (const part of parts) erased.push(await part.erase(tx, subject, now));
          return erased;
        },
      });
    });
}
