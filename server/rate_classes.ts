import type { RateClass } from "./platform/rate_limit.ts";

/** How many requests a minute one caller gets, by what they cost. */

/** Of one address: every step of signing in, an institution's people behind one address. */
export const SIGN_IN_RATE: RateClass = { name: "sign_in", perMinute: 60 };
/** Of one account or address. */
export const CONSOLE_READ_RATE: RateClass = { name: "console_read", perMinute: 600 };
export const CONSOLE_WRITE_RATE: RateClass = { name: "console_write", perMinute: 120 };
/** Before anybody is known: of one address. */
export const CONSOLE_DOOR_RATE: RateClass = { name: "console_door", perMinute: 3_000 };
/** Of one address: programs asking for tokens. */
export const PROGRAM_RATE: RateClass = { name: "program", perMinute: 120 };
/** The bank's notices; far above what all terminals together are paid in a minute. */
export const NOTIFY_RATE: RateClass = { name: "notify", perMinute: 1_200 };
/** Phones that open an order's page; a mobile network hides thousands behind one address. */
export const PAY_PAGE_RATE: RateClass = { name: "pay_page", perMinute: 1_200 };
/** One hospital's program asking for payments: a slip a second at sixty institutions is far less. */
export const PAYMENT_REQUEST_RATE: RateClass = { name: "payment_request", perMinute: 1_200 };
/** Of one slip: each look at its page asks HIS. */
export const SLIP_RATE: RateClass = { name: "slip", perMinute: 20 };
/** A centre's terminals may stand behind one address, and come back together after an outage. */
export const LINE_RATE: RateClass = { name: "line", perMinute: 600 };
/** Requests of one address that named no session anybody has. */
export const LINE_UNKNOWN_RATE: RateClass = { name: "line_unknown", perMinute: 120 };
