import type {
  EcFace,
  EcFailure,
  EcIdentity,
  EcTransaction,
  InsuranceTerminal,
} from "../ffi/insurance_terminal/contract.ts";
import type { CommonFailure } from "../ffi/contract.ts";
import type { Credential } from "../server/modules/identity/contract.ts";
import type { Service, TerminalSettings } from "../server/modules/settings/contract.ts";
import type { Clock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import type { FaceRequest, NoFaceReason } from "./contract.ts";
import type { AuthorisedFace } from "./settle_notices.ts";

/** The insurance terminal shows its own windows: consent, camera, password. */
const FACE_WAIT_MS_MAX = 80_000;

/** businessType (nhsa.md §3.2): the token is bound to it. */
const BUSINESS_TYPES: Readonly<Record<Service, string>> = {
  register: "01101",
  pay: "01301",
  inpatient: "01104",
};

const CHECKS = { none: null, last4: /^\d{3}[\dX]$/, all18: /^\d{17}[\dX]$/ } as const;

interface Deps {
  /** Null where this kiosk has none. */
  readonly terminal: InsuranceTerminal | null;
  readonly settings: { readonly last: TerminalSettings | null };
  readonly clock: Clock;
}

export type FaceRead =
  | {
    readonly kind: "credential";
    readonly credential: Credential;
    /** Of a face: how it is named when its settlement has an outcome. */
    readonly face?: AuthorisedFace;
  }
  | { readonly kind: "no_face"; readonly reason: NoFaceReason };

/**
 * Number and face in one pass (R-IDN-08): the terminal authorises the face, and what was typed is
 * compared with whom it named. The token goes on to the platform, never to a screen.
 */
export class FaceReading {
  readonly #deps: Deps;
  #stop = new AbortController();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async read({ service, number }: FaceRequest): Promise<FaceRead> {
    const { terminal, settings, clock } = this.#deps;
    const { last } = settings;
    if (!terminal?.capabilities.face || !last) return none("device_failed");
    const isChecked = CHECKS[last.faceCheck]?.test(number ?? "") ?? true;
    if (!isChecked) return none("mismatch");
    this.stop();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const request = {
      callId: newId(clock.now()),
      businessType: BUSINESS_TYPES[service ?? "pay"],
      ...deskOf(last),
    };
    const read = await terminal.authoriseFace(request, { signal, timeoutMs: FACE_WAIT_MS_MAX });
    if (read.kind === "failed") return none(reasonOf(read.reason));
    return isSame(read.value, last.faceCheck === "none" ? null : number)
      ? {
        kind: "credential",
        credential: credentialOf(read.value),
        face: faceOf(read.value, request, last.institution.name),
      }
      : none("mismatch");
  }

  /** The patient went on, or away. */
  stop(): void {
    this.#stop.abort();
  }
}

/** The kiosk as an operator of the institution. */
function deskOf({ institution, terminal }: TerminalSettings) {
  return {
    orgId: institution.code,
    operatorId: `ZZ${terminal.number}`,
    operatorName: `自助机${terminal.number}`,
    officeId: "ZZFW",
    officeName: "自助服务",
  };
}

/** Without the token, which is of the one use. */
function faceOf(
  { authorisation, idNumber, name }: EcFace,
  request: EcTransaction,
  institutionName: string,
): AuthorisedFace {
  return { request, authorisation, idNumber: idNumber.toUpperCase(), name, institutionName };
}

/** The last four characters, or all. */
function isSame({ idNumber }: EcIdentity, typed: string | null): boolean {
  return typed === null || typed.length > 0 && idNumber.toUpperCase().endsWith(typed);
}

function credentialOf({ idNumber, name, token, region }: EcIdentity): Credential {
  return { kind: "insurance_face", idNumber: idNumber.toUpperCase(), name, token, region };
}

function none(reason: NoFaceReason): FaceRead {
  return { kind: "no_face", reason };
}

function reasonOf(failure: CommonFailure | EcFailure): NoFaceReason {
  switch (failure) {
    case "patient_cancelled":
    case "cancelled":
      return "nobody";
    case "timeout":
    case "refused":
      return failure;
    default:
      return "device_failed";
  }
}
