import type { SignInModelInstance } from "../flows/sign_in/model.ts";
import { settle } from "../testing/manual_timers.ts";
import { ACCOUNTS, BUSINESS_SESSION, SYSTEM_SESSION } from "../testing/people.ts";
import { no, type Script, yes } from "../testing/scripted_port.ts";
import { openStage, SIGNED_OUT_SCRIPT, type Stage } from "../testing/stage.ts";
import { AUDIT_SCENES } from "./audit_scenes.ts";
import { CONSENT_SCENES } from "./consent_scenes.ts";
import { PEOPLE_SCENES } from "./people_scenes.ts";
import { REFUND_SCENES } from "./refund_scenes.ts";
import { RIGHTS_SCENES } from "./rights_scenes.ts";
import { SETTING_SCENES } from "./setting_scenes.ts";
import type { Scene } from "./scene.ts";

const RULES = { lengthMin: 12, classesMin: 3, history: 5, ageDaysMax: 90 };
const PASSWORD_CHANGE = { step: "password_change", why: "one_time", rules: RULES } as const;
const TOTP = {
  otpauthUrl:
    "otpauth://totp/%E4%B8%80%E5%8D%A1%E9%80%9A:chen.wei?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
  secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
};
const CODES = [
  "7KQ2-M9XA-3DFT",
  "P4WN-82KD-QH7C",
  "X3VB-6TRM-9ZLA",
  "D8HY-KW5N-2PFE",
  "R6QC-JT94-MX3V",
  "B2ZL-7NDH-W8KP",
  "F5TA-Q3CV-6YRM",
  "N9XE-4KPW-HZ2D",
];
const SECOND_FACTOR = {
  step: "second_factor",
  options: ["totp", "recovery_code", "certificate"],
} as const;

function entering(reply: Script["POST /sign-in"], more: Script = {}): Scene {
  return {
    script: { ...SIGNED_OUT_SCRIPT, ...more, ...(reply && { "POST /sign-in": reply }) },
    act: async (stage) => await signInFlow(stage)?.enter("chen.wei", "…"),
  };
}

function signInFlow({ console }: Stage): SignInModelInstance | null {
  const step = console.step.value;
  return step.kind === "signing_in" ? step.flow : null;
}

export const SCENES: Readonly<Record<string, Scene>> = {
  "starting": { script: { "GET /session": ["never"] } },
  "unreachable": { script: { "GET /session": [no("console.no_answer")] } },
  "sign-in": { script: SIGNED_OUT_SCRIPT },
  "sign-in-sso": {
    script: {
      ...SIGNED_OUT_SCRIPT,
      "GET /sso/providers": [yes({
        providers: [{ provider: "oidc", title: "医院统一身份认证", startUrl: "/sso" }],
      })],
    },
  },
  "sign-in-refused": entering([no("access.sign_in_refused")]),
  "sign-in-unknown-refusal": entering([no("access.something_new")]),
  "sign-in-busy": entering(["never"]),
  "sign-in-ended": {
    act: async ({ console, port }) => {
      port.script({ ...SIGNED_OUT_SCRIPT, "GET /accounts": [no("access.not_authenticated")] });
      console.go({ section: "accounts" });
      await settle();
    },
  },
  "password-change": entering([yes(PASSWORD_CHANGE)]),
  "password-change-weak": {
    ...entering([yes(PASSWORD_CHANGE)], {
      "POST /sign-in/password": [no("access.weak_password", "too_short,common")],
    }),
    act: async (stage) => {
      await signInFlow(stage)?.enter("chen.wei", "…");
      await signInFlow(stage)?.changePassword("…");
    },
  },
  "enrolment": entering([yes({ step: "second_factor_enrolment" })], {
    "POST /sign-in/totp": [yes(TOTP)],
  }),
  "recovery-codes": {
    ...entering([yes({ step: "second_factor_enrolment" })], {
      "POST /sign-in/totp": [yes(TOTP)],
      "POST /sign-in/totp/confirm": [
        yes({ recoveryCodes: CODES, next: { step: "signed_in", session: SYSTEM_SESSION } }),
      ],
    }),
    act: async (stage) => {
      await signInFlow(stage)?.enter("chen.wei", "…");
      await signInFlow(stage)?.confirmTotp("123456");
    },
  },
  "totp": entering([yes({ ...SECOND_FACTOR, options: [...SECOND_FACTOR.options] })]),
  "totp-refused": {
    ...entering([yes({ ...SECOND_FACTOR, options: [...SECOND_FACTOR.options] })], {
      "POST /sign-in/second-factor": [no("access.wrong_code")],
    }),
    act: async (stage) => {
      await signInFlow(stage)?.enter("chen.wei", "…");
      await signInFlow(stage)?.prove("000000");
    },
  },
  "recovery-code": entering([yes({ step: "second_factor", options: ["recovery_code", "totp"] })]),
  "certificate": entering([yes({ step: "second_factor", options: ["certificate", "totp"] })], {
    "POST /sign-in/certificate-challenge": [yes({
      id: "019a8f3e-5c00-7abc-8def-000000000003",
      text:
        "yikatong-sign-in:019a8f3e-5c00-7abc-8def-000000000003:9c1185a5c5e9fc54612808977ee8f548",
      expiresAt: "2026-11-22T09:02:00.000Z",
    })],
  }),
  "home": {},
  "home-without-rights": { script: { "GET /session": [yes(BUSINESS_SESSION)] } },
  "forbidden": {
    address: "/console/accounts",
    script: { "GET /session": [yes(BUSINESS_SESSION)] },
  },
  "unknown-page": { address: "/console/nowhere" },
  "accounts": {
    address: "/console/accounts",
    script: { "GET /accounts": [yes({ accounts: [...ACCOUNTS], next: "wu.hao" })] },
  },
  "accounts-loading": { address: "/console/accounts", script: { "GET /accounts": ["never"] } },
  "accounts-empty": {
    address: "/console/accounts?login=zz",
    script: { "GET /accounts": [yes({ accounts: [], next: null })] },
  },
  "accounts-failed": {
    address: "/console/accounts",
    script: { "GET /accounts": [no("platform.defect")] },
  },
  "accounts-offline": {
    address: "/console/accounts",
    script: {
      "GET /accounts": [
        yes({ accounts: [...ACCOUNTS], next: "wu.hao" }),
        no("console.no_answer"),
      ],
    },
    act: async ({ console }) => {
      const step = console.step.value;
      if (step.kind !== "signed_in" || step.page.kind !== "accounts") return;
      await step.page.flow.list.next();
    },
  },
  "confirm": {
    address: "/console/accounts",
    script: {
      "GET /accounts": [no("access.reauthentication_needed")],
      "GET /own/second-factor": [yes({
        totpEnrolledAt: "2026-11-01T00:00:00.000Z",
        recoveryCodesLeft: 8,
        certificates: 0,
        required: true,
      })],
    },
  },
  ...RIGHTS_SCENES,
  ...PEOPLE_SCENES,
  ...REFUND_SCENES,
  ...CONSENT_SCENES,
  ...AUDIT_SCENES,
  ...SETTING_SCENES,
  "notice": { act: ({ console }) => console.notify("账号 li.na 已启用") },
};

export async function openScene(name: string): Promise<Stage> {
  const { script = {}, address, act } = SCENES[name] ?? {};
  const stage = openStage({ script, ...(address !== undefined && { address }) });
  await Promise.race([stage.console.start(), settle()]);
  await settle();
  await Promise.race([act?.(stage), settle()]);
  await settle();
  return stage;
}
