import assert from "node:assert/strict";
import { POLICY_KINDS, type SecurityPolicy, securityPolicySchema } from "./contract.ts";
import { DEFAULT_POLICIES } from "./default_policy.ts";
import { strictest } from "./strictest.ts";

const { person } = DEFAULT_POLICIES;

/** Stricter than the default in every field. */
const STRICT: SecurityPolicy = {
  password: {
    lengthMin: 16,
    classesMin: 4,
    history: 12,
    ageDaysMax: 30,
    oneTimeHoursMax: 4,
    ownWords: ["dongguan"],
  },
  lockout: { failuresMax: 3, lockMinutes: 60, addressFailuresMax: 10 },
  session: { idleMinutesMax: 5, absoluteHoursMax: 4, concurrentMax: 1, endOnRightsChange: true },
  secondFactor: { requiredFor: ["system", "security", "audit", "business"] },
  inactivityDaysMax: 30,
  retentionDays: 2_000,
  programKeyDaysMax: 90,
};

/** What the floors leave, and no more. */
const FLOOR: SecurityPolicy = {
  password: {
    lengthMin: 8,
    classesMin: 3,
    history: 5,
    ageDaysMax: 90,
    oneTimeHoursMax: 72,
    ownWords: [],
  },
  lockout: { failuresMax: 10, lockMinutes: 10, addressFailuresMax: 200 },
  session: { idleMinutesMax: 30, absoluteHoursMax: 24, concurrentMax: 5, endOnRightsChange: false },
  secondFactor: { requiredFor: ["system", "security", "audit"] },
  inactivityDaysMax: 90,
  retentionDays: 184,
  programKeyDaysMax: 366,
};

Deno.test("strictest() takes of every field what lets less through, whichever comes first (R-SEC-06)", () => {
  assert.deepEqual(strictest(person, STRICT), STRICT);
  assert.deepEqual(strictest(STRICT, person), STRICT);
  const mixed = strictest({ ...person, password: STRICT.password }, {
    ...person,
    session: STRICT.session,
  });
  assert.deepEqual(mixed, { ...person, password: STRICT.password, session: STRICT.session });
});

Deno.test("the defaults are nowhere weaker than the floors", () => {
  assert.ok(securityPolicySchema.safeParse(FLOOR).success, "the floors are policies");
  for (const kind of POLICY_KINDS) {
    const policy = DEFAULT_POLICIES[kind];
    assert.ok(securityPolicySchema.safeParse(policy).success, kind);
    assert.deepEqual(strictest(policy, FLOOR), policy, kind);
  }
});

Deno.test("strictest() keeps the words of both, in a number a policy may have", () => {
  const words = (from: number) => Array.from({ length: 150 }, (_, at) => `word${from + at}`);
  const withWords = (ownWords: string[]) => ({
    ...person,
    password: { ...person.password, ownWords },
  });
  const both = strictest(withWords(words(0)), withWords(words(100)));
  assert.equal(both.password.ownWords.length, 200);
  assert.ok(securityPolicySchema.safeParse(both).success);
});
