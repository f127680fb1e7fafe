import type {
  CommandOptions,
  Completion,
  Device,
  DeviceCondition,
  StatusChanged,
} from "../contract.ts";

/** What belongs to the cabinet itself: doors and vibration, power, lights and buzzer. XFS4IoT Auxiliaries. */

export interface CabinetSensorsCapabilities {
  readonly door: boolean;
  readonly vibration: boolean;
}

export interface CabinetSensorsStatus {
  readonly device: DeviceCondition;
  readonly door: "closed" | "open" | "unknown";
}

export type CabinetSensorsEvent =
  | StatusChanged
  | { readonly kind: "door_opened" }
  | { readonly kind: "door_closed" }
  | { readonly kind: "vibration" };

export type CabinetSensors = Device<
  CabinetSensorsCapabilities,
  CabinetSensorsStatus,
  CabinetSensorsEvent
>;

export interface UpsCapabilities {
  readonly protocol: "megatec_q1";
}

export interface UpsStatus {
  readonly device: DeviceCondition;
  readonly supply: "mains" | "battery" | "battery_low" | "unknown";
  readonly inputVolts: number | null;
  readonly loadPercent: number | null;
  readonly batteryVolts: number | null;
}

export type Ups = Device<UpsCapabilities, UpsStatus, StatusChanged>;

export type Light = "card_slot" | "id_card" | "scanner" | "receipt" | "pin_pad";

export interface LightsCapabilities {
  readonly lights: readonly Light[];
  readonly buzzer: boolean;
}

export interface Lights
  extends Device<LightsCapabilities, { readonly device: DeviceCondition }, StatusChanged> {
  /** All others go out. */
  show(lights: readonly Light[], options: CommandOptions): Promise<Completion<null>>;
  beep(options: CommandOptions): Promise<Completion<null>>;
}
