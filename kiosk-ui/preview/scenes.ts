import { HOME_SCENES } from "./scenes/home.ts";
import { IDENTIFY_SCENES } from "./scenes/identify.ts";
import { BILLS_SCENES } from "./scenes/bills.ts";
import { REGISTER_SCENES } from "./scenes/register.ts";
import { REFUND_SCENES } from "./scenes/refund.ts";
import { INPATIENT_SCENES } from "./scenes/inpatient.ts";
import { CONFIRM_SCENES } from "./scenes/confirm.ts";
import { RELATIVES_SCENES } from "./scenes/relatives.ts";
import { TENDER_SCENES } from "./scenes/tender.ts";
import { OUTCOME_SCENES } from "./scenes/outcome.ts";
import { FAREWELL_SCENES } from "./scenes/farewell.ts";
import type { Scene } from "./stage.ts";

/** Every screen there is, reached the way a patient reaches it. */
export const SCENES: Readonly<Record<string, Scene>> = {
  ...HOME_SCENES,
  ...IDENTIFY_SCENES,
  ...BILLS_SCENES,
  ...REGISTER_SCENES,
  ...REFUND_SCENES,
  ...INPATIENT_SCENES,
  ...CONFIRM_SCENES,
  ...RELATIVES_SCENES,
  ...TENDER_SCENES,
  ...OUTCOME_SCENES,
  ...FAREWELL_SCENES,
};
