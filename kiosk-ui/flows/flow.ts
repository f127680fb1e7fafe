import type { Service, TerminalSettings } from "../../server/modules/settings/contract.ts";
import type {
  Credential,
  InsuranceView,
  PatientView,
} from "../../server/modules/identity/contract.ts";
import type { TerminalPort } from "../devices.ts";
import type { Timers } from "../timers.ts";
import type { DeviceBoard } from "./kiosk/board.ts";
import type { ReadonlySignal, Signal } from "@preact/signals";

/** What every flow is given; nothing of it belongs to a patient. */
export interface FlowContext {
  readonly port: TerminalPort;
  readonly timers: Timers;
  /** The platform's clock, which deadlines are measured by. */
  readonly now: () => number;
  readonly board: ReadonlySignal<DeviceBoard>;
  readonly settings: ReadonlySignal<TerminalSettings | null>;
  /** Ways to pay that the platform turned out not to have; of this run of the screens. */
  readonly hidden: Signal<readonly "one_code"[]>;
}

/** Who stands before the screen. Lives in steps only, so that leaving the step forgets it. */
export interface PatientSession {
  readonly identificationId: string;
  readonly patient: PatientView;
  readonly insurance: InsuranceView;
  readonly medium: Credential["kind"];
  /** What was asked for at home; null when the card came first. */
  readonly service: Service | null;
  /** What the medium was shown for; a token of insurance is good for that alone. */
  readonly presentedFor: Service | null;
}
