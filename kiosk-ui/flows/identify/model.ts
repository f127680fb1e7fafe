import { createModel, effect, type Model, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type { ReadFailure, TerminalEvent } from "../../../terminal/contract.ts";
import type {
  Credential,
  IdentifyReply,
  PatientView,
} from "../../../server/modules/identity/contract.ts";
import type { Cancel } from "../../timers.ts";
import type { FlowContext } from "../flow.ts";

/** The three ways on the screen; all are taken at any time, whichever guide is open. */
export type Way = "card" | "id_card" | "code";

export type KnownReply = Extract<IdentifyReply, { kind: "known" }>;

export type NotRecognised = Extract<IdentifyReply, { kind: "not_recognised" }>["reason"];

export type IdentifyStep =
  | { readonly kind: "waiting"; readonly way: Way | null }
  | { readonly kind: "reading"; readonly way: Way; readonly until: number }
  | { readonly kind: "read_failed"; readonly way: Way; readonly reason: ReadFailure }
  | { readonly kind: "not_recognised"; readonly reason: NotRecognised }
  | { readonly kind: "no_record"; readonly patient: PatientView }
  | { readonly kind: "unavailable"; readonly party: "his" | "insurance" | "citizen_code" }
  | { readonly kind: "refused"; readonly code: string };

export interface IdentifyExits {
  readonly known: (reply: KnownReply, medium: Credential["kind"]) => void;
  readonly newPatient: (
    identificationId: string,
    patient: PatientView,
    medium: Credential["kind"],
  ) => void;
}

export interface IdentifyFlow {
  readonly step: ReadonlySignal<IdentifyStep>;
  receive(event: TerminalEvent): void;
  showWay(way: Way | null): void;
  again(): void;
}

/** Reading and asking the platform together. */
export const READ_MS_MAX = 25_000;

export const IdentifyModel = createModel(
  function identify(context: FlowContext, exits: IdentifyExits): IdentifyFlow {
    const step = signal<IdentifyStep>({ kind: "waiting", way: null });
    // Counts attempts, so that an answer to an abandoned one changes nothing.
    let attempt = 0;
    let asking = false;
    let stopClock: Cancel = () => {};

    effect(() => () => forget());

    function forget(): void {
      attempt++;
      asking = false;
      stopClock();
    }

    function read(way: Way): void {
      stopClock();
      step.value = { kind: "reading", way, until: context.now() + READ_MS_MAX };
      stopClock = context.timers.after(READ_MS_MAX, () => fail(way, "timeout"));
    }

    function fail(way: Way, reason: ReadFailure): void {
      forget();
      step.value = { kind: "read_failed", way, reason };
    }

    async function submit(credential: Credential): Promise<void> {
      forget();
      const mine = attempt;
      asking = true;
      read(wayOf(credential));
      const answer = await context.port.identify(credential);
      if (mine !== attempt) return;
      forget();
      if (!answer.ok) step.value = { kind: "refused", code: answer.code };
      else take(answer.value, credential.kind);
    }

    function take(reply: IdentifyReply, medium: Credential["kind"]): void {
      if (reply.kind === "known") exits.known(reply, medium);
      else if (reply.kind !== "no_record") step.value = reply;
      else if (reply.canCreate) exits.newPatient(reply.id, reply.patient, medium);
      else step.value = { kind: "no_record", patient: reply.patient };
    }

    return {
      step,
      receive(event: TerminalEvent): void {
        if (event.kind === "credential" && !asking) void submit(event.credential);
        if (event.kind === "read_failed" && !asking) {
          fail(wayOfDevice(event.device), event.reason);
        }
        const inserted = event.kind === "device" && event.status.device === "card_reader" &&
          event.status.mediaPresent;
        if (inserted && step.value.kind !== "reading") read("card");
        const shown = step.value;
        const pulled = event.kind === "card_removed" && shown.kind === "reading" &&
          shown.way === "card";
        // Also while the platform is asked: whoever takes the card back is not waiting any more.
        if (pulled) fail("card", "removed_too_early");
      },
      showWay(way: Way | null): void {
        forget();
        step.value = { kind: "waiting", way };
      },
      again(): void {
        forget();
        step.value = { kind: "waiting", way: null };
      },
    };
  },
);

export type IdentifyModelInstance = Model<IdentifyFlow>;

export function wayOf(credential: Credential): Way {
  switch (credential.kind) {
    case "social_security_card":
      return "card";
    case "id_card":
      return "id_card";
    case "scanned_code":
      return "code";
  }
}

function wayOfDevice(device: string): Way {
  if (device === "id_card_reader") return "id_card";
  return device === "scanner" ? "code" : "card";
}
