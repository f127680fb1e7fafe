import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { SessionInfo } from "../../../server/modules/access/sign_in/contract.ts";
import { type Refusal, SIGNED_OUT } from "../../api/answer.ts";
import { guardedPort } from "../../api/guarded_port.ts";
import type { ConsolePort } from "../../api/port.ts";
import { problemText } from "../../i18n/problems.ts";
import type { History, Place, PlaceGiven } from "../../place.ts";
import type { Cancel, Timers } from "../../timers.ts";
import { ConfirmModel, type ConfirmModelInstance } from "../confirm/model.ts";
import { type CameBack, SignInModel, type SignInModelInstance } from "../sign_in/model.ts";
import { rowAlarms } from "./row_alarms.ts";
import { flowOf, type OpenPage, openPage, type PageContext } from "./pages.ts";

export type ConsoleStep =
  | { readonly kind: "starting" }
  | { readonly kind: "unreachable"; readonly refusal: Refusal }
  | {
    readonly kind: "signing_in";
    readonly flow: SignInModelInstance;
    /** There was a session on this page, and it ended by itself. */
    readonly ended: boolean;
  }
  | { readonly kind: "signed_in"; readonly session: SessionInfo; readonly page: OpenPage };

export interface Notice {
  readonly id: number;
  readonly text: string;
}

export interface Console {
  readonly step: ReadonlySignal<ConsoleStep>;
  readonly place: ReadonlySignal<Place>;
  /** The dialog that asks for password and second factor. */
  readonly confirming: ReadonlySignal<ConfirmModelInstance | null>;
  /** False while the platform does not answer. */
  readonly reached: ReadonlySignal<boolean>;
  readonly notices: ReadonlySignal<readonly Notice[]>;
  /** Rows changed past the platform; 0 for who may not know of them. */
  readonly alarms: ReadonlySignal<number>;
  /** Asks whether somebody is signed in already; again after `unreachable`. */
  start(): Promise<void>;
  go(place: PlaceGiven): void;
  signOut(): Promise<void>;
  /** Says something once, at the edge of the screen. */
  notify(text: string): void;
  dismiss(notice: Notice): void;
}

export interface ConsoleDeps {
  readonly port: ConsolePort;
  /** Told the session's token, and null when there is none. */
  readonly csrf: { token: string | null };
  readonly timers: Timers;
  readonly history: History;
}

const MAY_SEE_ALARMS = "integrity.read";
export const NOTICE_MS = 6_000;

/** Which screen there is; the address stays what it was over sign-in and session's end. */
export const ConsoleModel = createModel(function console(deps: ConsoleDeps): Console {
  const { port, csrf, timers, history } = deps;
  const step = signal<ConsoleStep>({ kind: "starting" });
  const place = signal(history.current());
  const confirming = signal<ConfirmModelInstance | null>(null);
  const reached = signal(true);
  const notices = signal<readonly Notice[]>([]);
  let confirmed: Promise<boolean> | null = null;
  let cancelIdle: Cancel = () => {};
  let lastNotice = 0;

  const guarded = guardedPort({
    port,
    ended: () => askToSignIn({ ended: true }),
    confirm: () => confirmed ??= askToConfirm(),
    heard(isReached: boolean): void {
      reached.value = isReached;
      if (isReached) watchIdle();
    },
  });

  const alarms = rowAlarms({ port: guarded, timers });

  function askToConfirm(): Promise<boolean> {
    return new Promise((resolve) => {
      const flow = new ConfirmModel({
        port: guarded,
        ended(session: SessionInfo | null): void {
          confirming.value?.[Symbol.dispose]();
          confirming.value = null;
          confirmed = null;
          if (session) renew(session);
          resolve(session !== null);
        },
      });
      confirming.value = flow;
      void flow.start();
    });
  }

  function leaveStep(): void {
    const left = step.value;
    cancelIdle();
    alarms.clear();
    confirming.value?.cancel();
    if (left.kind === "signing_in") left.flow[Symbol.dispose]();
    if (left.kind === "signed_in") flowOf(left.page)?.[Symbol.dispose]();
  }

  function askToSignIn({ ended }: { readonly ended: boolean }): void {
    if (ended && step.value.kind !== "signed_in") return;
    leaveStep();
    csrf.token = null;
    notices.value = [];
    const cameBack = takeSignOn();
    const flow = new SignInModel({ port, timers, signedIn, cameBack });
    step.value = { kind: "signing_in", flow, ended };
    void flow.start();
  }

  /** What a provider of single sign-on sent back with somebody; the address is rid of it. */
  function takeSignOn(): CameBack | null {
    const { sso, options = "", ...query } = place.value.query;
    if (sso === undefined) return null;
    move({ ...place.value, query }, { replace: true });
    return { outcome: sso, options };
  }

  function signedIn(session: SessionInfo): void {
    leaveStep();
    // Any other outcome is of a link that one's own page asked for.
    if (place.value.query["sso"] === "signed_in") takeSignOn();
    csrf.token = session.csrfToken;
    step.value = { kind: "signed_in", session, page: pageAt(session) };
    lookForAlarms(session);
    watchIdle();
  }

  /** The same session under a new token. */
  function renew(session: SessionInfo): void {
    csrf.token = session.csrfToken;
    if (step.value.kind === "signed_in") step.value = { ...step.value, session };
  }

  function pageAt(session: SessionInfo): OpenPage {
    const page = openPage(place.value, contextOf(session));
    flowOf(page)?.show(place.value);
    return page;
  }

  function contextOf(session: SessionInfo): PageContext {
    const permissions = new Set(session.permissions.map(({ permission }) => permission));
    const { integrity } = alarms;
    return {
      port: guarded,
      timers,
      session,
      permissions,
      integrity,
      go: move,
      notify,
      renewed: renew,
    };
  }

  /** Its own page asks by itself. */
  function lookForAlarms({ permissions }: SessionInfo): void {
    if (place.value.section === "protection") return;
    if (permissions.some(({ permission }) => permission === MAY_SEE_ALARMS)) alarms.look();
  }

  /** What the platform forgets after so long, the screen may not show longer (8.1.4.1 b). */
  function watchIdle(): void {
    cancelIdle();
    if (step.value.kind !== "signed_in") return;
    const idleMs = step.value.session.idleSecondsMax * 1_000;
    cancelIdle = timers.after(idleMs, () => askToSignIn({ ended: true }));
  }

  function move(to: PlaceGiven, how: { readonly replace?: boolean } = {}): void {
    history.go(to, how);
    arrive();
  }

  function arrive(): void {
    const { section } = place.value;
    place.value = history.current();
    const at = step.value;
    if (at.kind !== "signed_in") return;
    lookForAlarms(at.session);
    if (place.value.section === section) {
      flowOf(at.page)?.show(place.value);
      return;
    }
    flowOf(at.page)?.[Symbol.dispose]();
    step.value = { ...at, page: pageAt(at.session) };
  }

  function notify(text: string): void {
    const notice = { id: ++lastNotice, text };
    notices.value = [...notices.value, notice];
    timers.after(NOTICE_MS, () => dismiss(notice));
  }

  function dismiss({ id }: Notice): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }

  history.listen(arrive);

  return {
    step,
    place,
    confirming,
    reached,
    notices,
    alarms: alarms.count,
    async start(): Promise<void> {
      step.value = { kind: "starting" };
      const answer = await port.call("GET /session", {});
      if (answer.ok) return signedIn(answer.value);
      if (answer.refusal.code === SIGNED_OUT) return askToSignIn({ ended: false });
      step.value = { kind: "unreachable", refusal: answer.refusal };
    },
    go: move,
    async signOut(): Promise<void> {
      const answer = await port.call("POST /session/end", {});
      if (answer.ok || answer.refusal.code === SIGNED_OUT) askToSignIn({ ended: false });
      else notify(problemText(answer.refusal));
    },
    notify,
    dismiss,
  };
});

export type ConsoleModelInstance = Model<Console>;
