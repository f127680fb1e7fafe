import { createModel, effect, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type {
  PasswordRules,
  SessionInfo,
  SignInReply,
} from "../../../server/modules/access/sign_in/contract.ts";
import { type Answer, type Refusal, refusalOf } from "../../api/answer.ts";
import type { SsoProvider } from "../../api/endpoints.ts";
import type { TotpEnrolment } from "../../api/endpoints/own.ts";
import type { FlowContext } from "../context.ts";
import { type FactorChoice, proofOf, type SecondFactor } from "../second_factor/factor.ts";

/** Every step can be busy, and can have been refused what was asked last. */
interface Asking {
  readonly busy: boolean;
  readonly refusal: Refusal | null;
}

export type SignInStep =
  & Asking
  & (
    | { readonly kind: "password"; readonly providers: readonly SsoProvider[] }
    | {
      readonly kind: "password_change";
      readonly why: "one_time" | "expired";
      readonly rules: PasswordRules;
    }
    | { readonly kind: "enrolment"; readonly totp: TotpEnrolment | null }
    | {
      readonly kind: "recovery_codes";
      readonly codes: readonly string[];
      readonly next: SignInReply;
    }
    | { readonly kind: "second_factor"; readonly choice: FactorChoice }
  );

export interface SignInFlow {
  readonly step: ReadonlySignal<SignInStep>;
  /** How the providers of single sign-on are found, and where an interrupted sign-in goes on. */
  start(): Promise<void>;
  enter(login: string, password: string): Promise<void>;
  changePassword(newPassword: string): Promise<void>;
  confirmTotp(code: string): Promise<void>;
  /** The recovery codes are kept. */
  kept(): void;
  choose(factor: SecondFactor): Promise<void>;
  prove(code: string): Promise<void>;
  /** From the beginning, as somebody else. */
  restart(): void;
}

/** From outside: what is not known means nothing. */
export interface CameBack {
  /** One of SSO_OUTCOMES. */
  readonly outcome: string;
  /** Second factors that may be shown, joined by dots. */
  readonly options: string;
}

interface SignInDeps extends FlowContext {
  readonly signedIn: (session: SessionInfo) => void;
  /** Back from a provider of single sign-on, as the address says it. */
  readonly cameBack: CameBack | null;
}

const OUTCOME_REFUSAL: Readonly<Record<string, Refusal>> = {
  refused: refusalOf("console.sso_refused"),
  unavailable: refusalOf("console.sso_unavailable"),
};

const SECOND_FACTORS = ["totp", "certificate", "recovery_code"] as const;

/** As after a password: the attempt is a cookie. Null when there is nothing to go on with. */
function stepAfter({ outcome, options }: CameBack): SignInReply | null {
  if (outcome === "second_factor_enrolment") return { step: "second_factor_enrolment" };
  const known = SECOND_FACTORS.filter((factor) => options.split(".").includes(factor));
  if (outcome !== "second_factor" || known.length === 0) return null;
  return { step: "second_factor", options: known };
}

const IDLE: Asking = { busy: false, refusal: null };

export const SignInModel = createModel(function signIn(deps: SignInDeps): SignInFlow {
  const { port, signedIn } = deps;
  let providers: readonly SsoProvider[] = [];
  const step = signal<SignInStep>(
    atPassword(OUTCOME_REFUSAL[deps.cameBack?.outcome ?? ""] ?? null),
  );
  let closed = false;
  effect(() => () => {
    closed = true;
  });

  function atPassword(refusal: Refusal | null = null): SignInStep {
    return { kind: "password", providers, busy: false, refusal };
  }

  /** The answer, or null when it was a refusal (shown) or nobody waits for it any more. */
  async function ask<Value>(asked: Promise<Answer<Value>>): Promise<Value | null> {
    step.value = { ...step.value, busy: true, refusal: null };
    const answer = await asked;
    if (closed) return null;
    if (answer.ok) {
      step.value = { ...step.value, busy: false };
      return answer.value;
    }
    const { refusal } = answer;
    step.value = ATTEMPT_OVER.has(refusal.code)
      ? atPassword(refusal)
      : { ...step.value, busy: false, refusal };
    return null;
  }

  async function enrol(): Promise<void> {
    step.value = { kind: "enrolment", totp: null, ...IDLE };
    const totp = await ask(port.call("POST /sign-in/totp", {}));
    if (totp) step.value = { kind: "enrolment", totp, ...IDLE };
  }

  async function goOn(reply: SignInReply | null): Promise<void> {
    switch (reply?.step) {
      case undefined:
        return;
      case "password_change":
        step.value = { kind: "password_change", why: reply.why, rules: reply.rules, ...IDLE };
        return;
      case "second_factor_enrolment":
        return await enrol();
      case "second_factor":
        return await choose(reply.options, reply.options[0] ?? "totp");
      case "signed_in":
        return signedIn(reply.session);
    }
  }

  async function choose(options: readonly SecondFactor[], chosen: SecondFactor): Promise<void> {
    const choice = { options, chosen, challenge: null };
    step.value = { kind: "second_factor", choice, ...IDLE };
    if (chosen !== "certificate") return;
    const challenge = await ask(port.call("POST /sign-in/certificate-challenge", {}));
    if (challenge && step.value.kind === "second_factor") {
      step.value = { ...step.value, choice: { ...choice, challenge } };
    }
  }

  return {
    step,
    async start(): Promise<void> {
      const answer = await port.call("GET /sso/providers", {});
      if (closed) return;
      if (answer.ok) providers = answer.value.providers;
      if (step.value.kind === "password") step.value = { ...step.value, providers };
      if (deps.cameBack) await goOn(stepAfter(deps.cameBack));
    },
    async enter(login: string, password: string): Promise<void> {
      if (step.value.busy) return;
      await goOn(await ask(port.call("POST /sign-in", { body: { login, password } })));
    },
    async changePassword(newPassword: string): Promise<void> {
      if (step.value.busy) return;
      await goOn(await ask(port.call("POST /sign-in/password", { body: { newPassword } })));
    },
    async confirmTotp(code: string): Promise<void> {
      if (step.value.busy) return;
      const done = await ask(port.call("POST /sign-in/totp/confirm", { body: { code } }));
      if (!done) return;
      step.value = { kind: "recovery_codes", codes: done.recoveryCodes, next: done.next, ...IDLE };
    },
    kept(): void {
      if (step.value.kind === "recovery_codes") void goOn(step.value.next);
    },
    async choose(factor: SecondFactor): Promise<void> {
      if (step.value.kind === "second_factor") await choose(step.value.choice.options, factor);
    },
    async prove(code: string): Promise<void> {
      const proof = step.value.kind === "second_factor" ? proofOf(step.value.choice, code) : null;
      if (!proof || step.value.busy) return;
      await goOn(await ask(port.call("POST /sign-in/second-factor", { body: proof })));
    },
    restart(): void {
      step.value = atPassword();
    },
  };
});

/** Codes after which nothing but beginning again helps. */
const ATTEMPT_OVER: ReadonlySet<string> = new Set([
  "access.sign_in_over",
  "access.not_authenticated",
]);

export type SignInModelInstance = Model<SignInFlow>;
