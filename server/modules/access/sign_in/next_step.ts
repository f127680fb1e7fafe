import type { SecurityPolicy } from "../policy/contract.ts";
import type { Duty } from "../permission.ts";
import type { HeldFactors } from "./factors/second_factor.ts";
import type { PasswordRow } from "./passwords/store.ts";

/** What was shown on the way in, in order. */
export type Factor =
  | "password"
  | "sso"
  /** A second factor the identity provider saw, in words the configuration trusts. */
  | "sso_second_factor"
  | "totp"
  | "certificate"
  | "recovery_code";

export type NextStep =
  | { readonly step: "password_change"; readonly why: "one_time" | "expired" }
  | { readonly step: "second_factor" }
  | { readonly step: "second_factor_enrolment" }
  | { readonly step: "signed_in" };

interface Facts {
  readonly duty: Duty;
  readonly factors: readonly Factor[];
  readonly password: Pick<PasswordRow, "is_one_time" | "set_at"> | null;
  readonly held: HeldFactors;
  readonly policy: SecurityPolicy;
  readonly now: Date;
}

const DAY_MS = 86_400_000;

/**
 * Which step is due: the second factor before a change of an expired password, so that a password
 * alone changes nothing of an account that has one; a one-time password first of all.
 */
export function nextStep(facts: Facts): NextStep {
  const { duty, factors, held, policy } = facts;
  const isShown = factors.some((factor) => factor !== "password" && factor !== "sso");
  const hasFactor = held.totpEnrolledAt !== null || held.certificates > 0;
  if (hasFactor && !isShown) return { step: "second_factor" };
  const why = factors.includes("password") ? whyChange(facts) : null;
  if (why) return { step: "password_change", why };
  if (!isShown && policy.secondFactor.requiredFor.includes(duty)) {
    return { step: "second_factor_enrolment" };
  }
  return { step: "signed_in" };
}

function whyChange({ password, policy, now }: Facts): "one_time" | "expired" | null {
  if (!password) return null;
  if (password.is_one_time) return "one_time";
  return now >= passwordExpiry(password, policy) ? "expired" : null;
}

export function passwordExpiry(
  password: Pick<PasswordRow, "set_at">,
  policy: SecurityPolicy,
): Date {
  return new Date(password.set_at.getTime() + policy.password.ageDaysMax * DAY_MS);
}
