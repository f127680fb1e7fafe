import type { SagaRules } from "../../../server/modules/checkout/saga.ts";
import { SETTING_DEFAULTS } from "../../../server/modules/settings/setting.ts";

/** As an institution has them that sets nothing. */
export const RULES: SagaRules = SETTING_DEFAULTS["checkout.profile"];
