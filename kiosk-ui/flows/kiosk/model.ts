import { computed, createModel, effect, type Model, signal } from "@preact/signals";
import type { TerminalEvent } from "../../../terminal/contract.ts";
import type { CallStaffBody } from "../../../server/modules/fleet/contract.ts";
import type { Service, TerminalSettings } from "../../../server/modules/settings/contract.ts";
import type { FlowContext } from "../flow.ts";
import { leaveBy } from "../order/step.ts";
import {
  boardAfter,
  cardInside,
  type DeviceBoard,
  deviceWorks,
  EMPTY_BOARD,
  isPowerLow,
  isRefused,
} from "./board.ts";
import {
  ACTIVATE_MS_MAX,
  ACTIVATE_WARN_MS,
  ATTRACT_AFTER_MS,
  CARD_RETAINED_MS,
  FAREWELL_MS,
  idleRuleOf,
  TAKE_CARD_MS,
} from "./idle.ts";
import { heldOrder } from "./held_order.ts";
import { PlatformClock } from "./platform_clock.ts";
import type { Kiosk, KioskPorts } from "./kiosk.ts";
import { heldIn, type KioskStep, type Overlay } from "./step.ts";
import { scannerWantOf } from "./scanner_want.ts";
import { visit } from "./visit.ts";

const TICK_MS = 1_000;
const BOOT_RETRY_MS = 5_000;
const SETTINGS_PERIOD_MS = 60_000;

/** Nobody is known yet: a card that comes out now is not theirs. */
const BEFORE_PATIENT: ReadonlySet<KioskStep["kind"]> = new Set(["home", "attract", "identify"]);

export const KioskModel = createModel(
  function kioskModel({ port, timers, known = null }: KioskPorts): Kiosk {
    const clock = new PlatformClock(timers);
    if (known) clock.set(known.serverTime);
    const step = signal<KioskStep>(firstStep(known));
    const overlay = signal<Overlay>({ kind: "none" });
    const settings = signal<TerminalSettings | null>(known);
    const board = signal<DeviceBoard>(EMPTY_BOARD);
    const now = signal(clock.now());
    const dev = signal(false);
    const want = computed(() => scannerWantOf(step.value));
    const hidden = signal<readonly "one_code"[]>([]);
    const context: FlowContext = { port, timers, board, settings, hidden, now: () => clock.now() };
    let idleMs = 0;
    let sinceSettingsMs = 0;
    const { identify, identifyAgain, proceed, showRefunds, backToSlots } = visit({ context, go });
    const { presentFor, changeOrder } = heldOrder({ context, go });

    effect(() => {
      const deaf = port.listen(hear);
      const stop = timers.every(TICK_MS, tick);
      return () => {
        deaf();
        stop();
        disposeFlow(step.peek(), null);
      };
    });
    effect(() => void port.wantScanner(want.value));

    /** The only way to another screen: what the last one knew of the patient goes with it. */
    function go(next: KioskStep): void {
      const last = step.peek();
      step.value = next;
      overlay.value = { kind: "none" };
      idleMs = 0;
      now.value = clock.now();
      disposeFlow(last, next);
    }

    function goHome(): void {
      go(isRefused(board.value) ? { kind: "suspended" } : homeOf(settings.value));
    }

    async function loadSettings(): Promise<void> {
      sinceSettingsMs = 0;
      const answer = await port.settings();
      if (answer.ok) {
        if (!answer.value.stale) setClock(answer.value.settings.serverTime);
        take(answer.value.settings);
      } else if (settings.value === null) {
        step.value = isRefused(board.value)
          ? { kind: "suspended" }
          : { kind: "unreachable", until: clock.now() + BOOT_RETRY_MS };
      }
    }

    /** Shown at once: a wrong time for a second would be a wrong time. */
    function setClock(serverTime: string): void {
      clock.set(serverTime);
      now.value = clock.now();
    }

    function take(next: TerminalSettings): void {
      settings.value = next;
      const shown = step.value.kind;
      if (shown === "starting" || shown === "unreachable") {
        goHome();
        giveBackCard();
      }
      followService();
    }

    /** Out of service and back, between two patients. */
    function followService(): void {
      const shown = step.value.kind;
      const isOut = settings.value?.terminal.suspended || isRefused(board.value);
      if (shown === "suspended" ? !isOut : isOut && (shown === "home" || shown === "attract")) {
        goHome();
      }
    }

    function hear(event: TerminalEvent): void {
      const before = board.value;
      board.value = boardAfter(board.value, event);
      if (event.kind === "hello") {
        dev.value = event.dev;
        giveBackCard();
      }
      if (event.kind === "hello" || event.kind === "platform") followService();
      if (event.kind === "settings") {
        setClock(event.settings.serverTime);
        take(event.settings);
      }
      // In the dev role the clock may have jumped.
      if (event.kind === "dev_changed") void loadSettings();
      const shown = step.value;
      const nextPatient = shown.kind === "farewell" && event.kind === "credential";
      if (shown.kind === "home" || shown.kind === "attract" || nextPatient) wakeBy(event, before);
      else if (
        shown.kind === "identify" || shown.kind === "order" || shown.kind === "relatives"
      ) shown.flow.receive(event);
      heldIn(shown)?.flow.receive(event);
      if (event.kind === "card_removed") cardRemoved();
      if (event.kind === "card_given_back" && BEFORE_PATIENT.has(shown.kind)) void finish(shown);
      if (event.kind === "card_retained" && shown.kind === "card_left") {
        go({ kind: "card_retained", number: event.number, until: clock.now() + CARD_RETAINED_MS });
      }
    }

    /** A card that lay there before the screens started belongs to a session that is gone. */
    function giveBackCard(): void {
      if (step.value.kind === "home" && cardInside(board.value)) void finish(step.value);
    }

    /** Whoever puts a card in first is identified first and chooses after. */
    function wakeBy(event: TerminalEvent, before: DeviceBoard): void {
      // A card that a reader has when it comes back to life was not put in by whoever stands here.
      const inserted = event.kind === "device" && event.status.device === "card_reader" &&
        event.status.mediaPresent && deviceWorks(before, "card_reader") && !cardInside(before);
      if ((!inserted && event.kind !== "credential") || isPowerLow(board.value)) return;
      identify(null);
      if (step.value.kind === "identify") step.value.flow.receive(event);
    }

    function cardRemoved(): void {
      const shown = step.value;
      if (shown.kind === "farewell" || shown.kind === "card_left") goHome();
      const choosing = shown.kind === "bills" || shown.kind === "register" ||
        shown.kind === "services" || shown.kind === "coverage" || shown.kind === "refund" ||
        shown.kind === "inpatient";
      if (choosing && shown.session.medium === "social_security_card") {
        overlay.value = { kind: "card_pulled" };
        idleMs = 0;
      }
    }

    function tick(): void {
      now.value = clock.now();
      idleMs += TICK_MS;
      sinceSettingsMs += TICK_MS;
      const shown = step.value;
      const bootDue = shown.kind === "unreachable" && now.value >= shown.until;
      if (bootDue || sinceSettingsMs >= SETTINGS_PERIOD_MS) void loadSettings();
      if (shown.kind === "farewell" && now.value >= shown.until) afterFarewell();
      if (shown.kind === "card_retained" && now.value >= shown.until) goHome();
      watchIdle(shown);
    }

    function watchIdle(shown: KioskStep): void {
      const rule = idleRuleOf(shown);
      const bounds = settings.value?.idle;
      if (rule === "stand" || !bounds) idleMs = 0;
      else if (rule === "activating") watchActivating();
      else if (rule === "attract") {
        if (idleMs >= ATTRACT_AFTER_MS) go({ kind: "attract" });
      } else if (idleMs >= bounds.endAfterMs) end();
      else if (idleMs >= bounds.warnAfterMs && overlay.value.kind !== "idle") {
        overlay.value = { kind: "idle", endsAt: clock.now() + bounds.endAfterMs - idleMs };
      }
    }

    /** A code is activated on a phone: the session is not ended over it (R-KIO-22). */
    function watchActivating(): void {
      if (idleMs >= ACTIVATE_MS_MAX) end();
      else if (idleMs >= ACTIVATE_MS_MAX - ACTIVATE_WARN_MS && overlay.value.kind !== "idle") {
        overlay.value = { kind: "idle", endsAt: clock.now() + ACTIVATE_MS_MAX - idleMs };
      }
    }

    function end(): void {
      void finish(step.value);
    }

    /** The order's own leaving comes first: its slip needs what the session's end forgets. */
    async function finish(shown: KioskStep): Promise<void> {
      const left = shown.kind === "order" ? shown : heldIn(shown);
      const leaving = left ? left.flow.leave() : null;
      const takeSlip = shown.kind === "order" && leaveBy(shown.flow.step.value) === "slip";
      const hadPatient = shown.kind !== "identify" || shown.again !== null ||
        cardInside(board.value);
      if (hadPatient) {
        const waitMs = cardInside(board.value) ? TAKE_CARD_MS : FAREWELL_MS;
        go({ kind: "farewell", until: clock.now() + waitMs, takeSlip });
      } else goHome();
      await leaving;
      await port.endSession();
    }

    function afterFarewell(): void {
      if (!cardInside(board.value)) return goHome();
      go({ kind: "card_left" });
      void port.callStaff("card_left_behind", null);
    }

    return {
      step,
      overlay,
      settings,
      board,
      now,
      hidden,
      dev,
      start: loadSettings,
      touched(): void {
        idleMs = 0;
        if (overlay.value.kind === "idle") overlay.value = { kind: "none" };
        const shown = step.value.kind;
        if (shown === "attract" || (shown === "farewell" && !cardInside(board.value))) goHome();
      },
      choose(service: Service): void {
        const shown = step.value;
        if (shown.kind === "services") proceed({ ...shown.session, service });
        else if (shown.kind === "home") identify(service);
      },
      back(): void {
        const shown = step.value;
        const goesInside = shown.kind === "register" || shown.kind === "refund" ||
          shown.kind === "relatives" || shown.kind === "inpatient";
        if (goesInside && shown.flow.back()) return;
        if (shown.kind === "identify" && shown.flow.step.value.kind !== "waiting") {
          shown.flow.again();
        } else if (shown.kind === "relatives") {
          go(shown.held);
        } else if (shown.kind === "identify" && shown.again?.held) {
          go(shown.again.held);
        } else if (shown.kind === "identify" && shown.again) {
          proceed(shown.again.session);
        } else if (
          shown.kind === "bills" || shown.kind === "register" || shown.kind === "refund" ||
          shown.kind === "inpatient"
        ) {
          go({ kind: "services", session: { ...shown.session, service: null } });
        } else if (shown.kind === "order") {
          if (leaveBy(shown.flow.step.value) === "cancel") void shown.flow.leave();
          proceed(shown.session);
        } else end();
      },
      leave(): void {
        const shown = step.value;
        const losesSomething = shown.kind === "order" &&
          leaveBy(shown.flow.step.value) === "slip";
        if (losesSomething) overlay.value = { kind: "leave" };
        else end();
      },
      end,
      stay(): void {
        overlay.value = { kind: "none" };
        idleMs = 0;
      },
      payOneself(): void {
        if (step.value.kind === "coverage") proceed(step.value.session);
      },
      goOn(): void {
        const shown = step.value;
        if (shown.kind === "order" || shown.kind === "refund" || shown.kind === "inpatient") {
          go({ kind: "services", session: { ...shown.session, service: null } });
        }
      },
      anotherSlot(): void {
        if (step.value.kind === "order") backToSlots(step.value);
      },
      refunds(): void {
        const shown = step.value;
        if (shown.kind === "home") identify(null, true);
        else if (shown.kind === "services" || shown.kind === "bills") showRefunds(shown.session);
      },
      changeOrder(): void {
        const shown = step.value;
        if (shown.kind === "order" && shown.flow.step.value.kind === "confirm") {
          changeOrder(shown);
        }
      },
      presentAgain(): void {
        const shown = step.value;
        if (shown.kind === "coverage") {
          identifyAgain({ session: shown.session, ordered: null, isStranger: false });
        } else if (shown.kind === "order" && shown.flow.step.value.kind === "confirm") {
          presentFor(shown);
        } else if (shown.kind === "order") {
          const { kind: _kind, flow: _flow, session, ...ordered } = shown;
          identifyAgain({ session, ordered, isStranger: false });
        }
      },
      ignoreCard: goHome,
      async callStaff(reason: CallStaffBody["reason"]): Promise<void> {
        const shown = step.value;
        overlay.value = { kind: "staff", call: { kind: "calling" } };
        const orderId = shown.kind === "order" ? shown.flow.orderId() : null;
        const answer = await port.callStaff(reason, orderId);
        if (overlay.value.kind !== "staff") return;
        overlay.value = {
          kind: "staff",
          call: answer.ok
            ? { kind: "called", number: answer.value.number }
            : { kind: "not_called" },
        };
      },
      closeOverlay(): void {
        overlay.value = { kind: "none" };
      },
    };
  },
);

export type KioskModelInstance = Model<Kiosk>;

/** Also the order behind the screen, unless the next one shows it or holds it on. */
function disposeFlow(last: KioskStep, next: KioskStep | null): void {
  const kept = next && ("flow" in next ? [next.flow, heldIn(next)?.flow] : []);
  for (const step of [last, heldIn(last)]) {
    if (step && "flow" in step && !kept?.includes(step.flow)) step.flow[Symbol.dispose]();
  }
}

function firstStep(known: TerminalSettings | null): KioskStep {
  return known ? homeOf(known) : { kind: "starting" };
}

function homeOf(settings: TerminalSettings | null): KioskStep {
  return settings?.terminal.suspended ? { kind: "suspended" } : { kind: "home" };
}
