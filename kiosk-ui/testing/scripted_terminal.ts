import type { TerminalEvent } from "../../terminal/contract.ts";
import type { Answer, TerminalPort } from "../devices.ts";

export type PortCall = Exclude<keyof TerminalPort, "listen">;

type Reply<Name extends PortCall> = Awaited<ReturnType<TerminalPort[Name]>>;

/** Scripted replies per call: the last one repeats; `"never"` leaves the screen waiting. */
export type Script = { readonly [Name in PortCall]?: readonly (Reply<Name> | "never")[] };

export interface ScriptedTerminal extends TerminalPort {
  emit(event: TerminalEvent): void;
  /** What was asked, oldest first: `["confirm", "019…", 2]`. */
  readonly calls: readonly (readonly unknown[])[];
  script(change: Script): void;
}

export function scriptedTerminal(initial: Script): ScriptedTerminal {
  const script: Record<string, unknown[]> = {};
  const calls: unknown[][] = [];
  const listeners = new Set<(event: TerminalEvent) => void>();

  function answer<Name extends PortCall>(name: Name) {
    return (...values: unknown[]): Promise<Reply<Name>> => {
      calls.push([name, ...values]);
      const queue = script[name] ?? [];
      const reply = queue.length > 1 ? queue.shift() : queue[0];
      if (reply === "never") return new Promise(() => {});
      return Promise.resolve((reply ?? { ok: true, value: null }) as Reply<Name>);
    };
  }

  function change(next: Script): void {
    for (const [name, replies] of Object.entries(next)) script[name] = [...replies];
  }

  change(initial);
  return {
    settings: answer("settings"),
    beat: answer("beat"),
    endSession: answer("endSession"),
    wantScanner: answer("wantScanner"),
    identify: answer("identify"),
    identifyByFace: answer("identifyByFace"),
    present: answer("present"),
    relatives: answer("relatives"),
    giveConsent: answer("giveConsent"),
    withdrawConsent: answer("withdrawConsent"),
    stopFace: answer("stopFace"),
    createProfile: answer("createProfile"),
    bills: answer("bills"),
    departments: answer("departments"),
    schedules: answer("schedules"),
    slots: answer("slots"),
    createOrder: answer("createOrder"),
    order: answer("order"),
    confirm: answer("confirm"),
    tender: answer("tender"),
    closeTender: answer("closeTender"),
    payLink: answer("payLink"),
    payByCard: answer("payByCard"),
    actOnCard: answer("actOnCard"),
    cancel: answer("cancel"),
    refundables: answer("refundables"),
    refundable: answer("refundable"),
    requestRefund: answer("requestRefund"),
    refund: answer("refund"),
    printRefund: answer("printRefund"),
    inpatient: answer("inpatient"),
    requestDischarge: answer("requestDischarge"),
    discharge: answer("discharge"),
    printDischarge: answer("printDischarge"),
    print: answer("print"),
    callStaff: answer("callStaff"),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit: (event) => listeners.forEach((listener) => listener(event)),
    calls,
    script: change,
  };
}

export function yes<Value>(value: Value): Answer<Value> {
  return { ok: true, value };
}

export function no(code: string): Answer<never> {
  return { ok: false, code };
}
