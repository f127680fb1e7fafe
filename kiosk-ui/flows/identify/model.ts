import { createModel, effect, type Model, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type {
  NoFace,
  NoFaceReason,
  ReadFailure,
  Shown,
  TerminalEvent,
} from "../../../terminal/contract.ts";
import type {
  Credential,
  IdentifyReply,
  PatientView,
} from "../../../server/modules/identity/contract.ts";
import type { Service } from "../../../server/modules/settings/contract.ts";
import type { Cancel } from "../../timers.ts";
import type { Answer } from "../../devices.ts";
import type { FlowContext } from "../flow.ts";

/** The ways on the screen; all but faces are taken at any time, whichever guide is open. */
export type Way = "card" | "id_card" | "code" | "face";

export type KnownReply = Extract<IdentifyReply, { kind: "known" }>;

export type NotRecognised = Extract<IdentifyReply, { kind: "not_recognised" }>["reason"];

export type IdentifyStep =
  | { readonly kind: "waiting"; readonly way: Way | null }
  | { readonly kind: "reading"; readonly way: Way; readonly until: number }
  /** Part of the ID number, typed before the face is shown (R-IDN-08). */
  | { readonly kind: "face_number"; readonly number: string; readonly length: 4 | 18 }
  | { readonly kind: "face_failed"; readonly reason: NoFaceReason }
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

/**
 * A medium shown within a session, for something else than to say who has come: its answer is how
 * to go on, taken only if the screen still waits for it.
 */
export interface ShownFor {
  readonly show: (
    shown: Shown,
    medium: Credential["kind"],
  ) => Promise<Answer<NoFace | (() => void)>>;
}

export interface IdentifyFlow {
  readonly step: ReadonlySignal<IdentifyStep>;
  receive(event: TerminalEvent): void;
  showWay(way: Way | null): void;
  again(): void;
  /** A key of the number; `null` takes the last one away, `""` all. */
  type(key: string | null): void;
  /** The number stands: the camera's turn. */
  showFace(): Promise<void>;
}

/** Reading and asking the platform together. */
export const READ_MS_MAX = 25_000;
/** The same of a face, whose windows take longer. */
export const FACE_MS_MAX = 100_000;

const MEDIUM_OF_FACE = "insurance_face";

export const IdentifyModel = createModel(
  function identify(
    context: FlowContext,
    service: Service | null,
    exits: IdentifyExits | ShownFor,
  ): IdentifyFlow {
    const step = signal<IdentifyStep>({ kind: "waiting", way: null });
    // Counts attempts, so that an answer to an abandoned one changes nothing.
    let attempt = 0;
    let asking = false;
    let faceShown = false;
    let stopClock: Cancel = () => {};

    effect(() => () => {
      forget();
      if (faceShown) void context.port.stopFace();
    });

    function forget(): void {
      attempt++;
      asking = false;
      stopClock();
    }

    function read(way: Way): void {
      stopClock();
      const ms = way === "face" ? FACE_MS_MAX : READ_MS_MAX;
      step.value = { kind: "reading", way, until: context.now() + ms };
      stopClock = context.timers.after(ms, () => fail(way, "timeout"));
    }

    /** What is typed before a face; none where the setting wants none. */
    function askNumber(): void {
      const check = context.settings.value?.faceCheck ?? "last4";
      if (check === "none") void showFace(null);
      else step.value = { kind: "face_number", number: "", length: check === "last4" ? 4 : 18 };
    }

    async function showFor({ show }: ShownFor, shown: Shown, way: Way): Promise<void> {
      forget();
      const mine = attempt;
      asking = true;
      faceShown = way === "face";
      read(way);
      const answer = await show(
        shown,
        "credential" in shown ? shown.credential.kind : MEDIUM_OF_FACE,
      );
      if (mine !== attempt) return;
      forget();
      faceShown = false;
      if (!answer.ok) step.value = { kind: "refused", code: answer.code };
      else if (typeof answer.value === "function") answer.value();
      else step.value = { kind: "face_failed", reason: answer.value.reason };
    }

    async function showFace(number: string | null): Promise<void> {
      if ("show" in exits) return await showFor(exits, { face: { number } }, "face");
      forget();
      const mine = attempt;
      asking = true;
      faceShown = true;
      read("face");
      const answer = await context.port.identifyByFace({ service, number });
      if (mine !== attempt) return;
      forget();
      faceShown = false;
      if (!answer.ok) step.value = { kind: "refused", code: answer.code };
      else if (answer.value.kind === "no_face") {
        step.value = { kind: "face_failed", reason: answer.value.reason };
      } else take(exits, answer.value, MEDIUM_OF_FACE);
    }

    function fail(way: Way, reason: ReadFailure): void {
      forget();
      step.value = { kind: "read_failed", way, reason };
    }

    async function submit(credential: Credential): Promise<void> {
      if ("show" in exits) return await showFor(exits, { credential }, wayOf(credential));
      forget();
      const mine = attempt;
      asking = true;
      read(wayOf(credential));
      const answer = await context.port.identify(credential, service);
      if (mine !== attempt) return;
      forget();
      if (!answer.ok) step.value = { kind: "refused", code: answer.code };
      else take(exits, answer.value, credential.kind);
    }

    function take(exits: IdentifyExits, reply: IdentifyReply, medium: Credential["kind"]): void {
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
        if (way === "face") askNumber();
        else step.value = { kind: "waiting", way };
      },
      again(): void {
        forget();
        if (faceShown) void context.port.stopFace();
        faceShown = false;
        step.value = { kind: "waiting", way: null };
      },
      type(key: string | null): void {
        const shown = step.value;
        if (shown.kind !== "face_number") return;
        step.value = { ...shown, number: typed(shown, key) };
      },
      async showFace(): Promise<void> {
        const shown = step.value;
        if (shown.kind === "face_failed") askNumber();
        if (shown.kind === "face_number" && isWhole(shown)) await showFace(shown.number);
      },
    };
  },
);

export type IdentifyModelInstance = Model<IdentifyFlow>;

type NumberStep = Extract<IdentifyStep, { kind: "face_number" }>;

/** `X` stands at the end of a number alone. */
function typed({ number, length }: NumberStep, key: string | null): string {
  if (key === null) return number.slice(0, -1);
  if (key === "") return "";
  const isLast = number.length === length - 1;
  return number.length < length && (key !== "X" || isLast) ? number + key : number;
}

export function isWhole({ number, length }: NumberStep): boolean {
  return number.length === length;
}

export function wayOf(credential: Credential): Way {
  switch (credential.kind) {
    case "social_security_card":
      return "card";
    case "id_card":
      return "id_card";
    case "scanned_code":
      return "code";
    case "insurance_face":
      return "face";
  }
}

function wayOfDevice(device: string): Way {
  if (device === "id_card_reader") return "id_card";
  return device === "scanner" ? "code" : "card";
}
