import type { ReadonlySignal } from "@preact/signals";
import type { CallStaffBody } from "../../../server/modules/fleet/contract.ts";
import type { Service, TerminalSettings } from "../../../server/modules/settings/contract.ts";
import type { TerminalPort } from "../../devices.ts";
import type { Timers } from "../../timers.ts";
import type { FlowContext } from "../flow.ts";
import type { DeviceBoard } from "./board.ts";
import type { KioskStep, Overlay } from "./step.ts";

export interface KioskPorts {
  readonly port: TerminalPort;
  readonly timers: Timers;
  /** What the terminal wrote into the page, so that the first screen waits for no answer. */
  readonly known?: TerminalSettings | null;
}

export interface Kiosk {
  readonly step: ReadonlySignal<KioskStep>;
  readonly overlay: ReadonlySignal<Overlay>;
  readonly settings: ReadonlySignal<TerminalSettings | null>;
  readonly board: ReadonlySignal<DeviceBoard>;
  /** Platform time, moved on every second: every countdown reads it. */
  readonly now: ReadonlySignal<number>;
  /** Ways to pay that the platform turned out not to have. */
  readonly hidden: FlowContext["hidden"];
  /** The terminal runs in the dev role, so the dock may be loaded. */
  readonly dev: ReadonlySignal<boolean>;
  start(): Promise<void>;
  /** Any touch anywhere. */
  touched(): void;
  choose(service: Service): void;
  back(): void;
  /** Leaves, asking first where a patient could lose something. */
  leave(): void;
  end(): void;
  stay(): void;
  payOneself(): void;
  /** Another thing for the same patient. */
  goOn(): void;
  anotherSlot(): void;
  /** What the patient paid here lately, to have it back. */
  refunds(): void;
  /** Another scheme, account or medium, for the order on the screen. */
  changeOrder(): void;
  /** Another card, code or the face, in the same session. */
  presentAgain(): void;
  ignoreCard(): void;
  callStaff(reason: CallStaffBody["reason"]): Promise<void>;
  closeOverlay(): void;
}
