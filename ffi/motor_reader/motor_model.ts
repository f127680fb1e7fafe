import type { CrtProtocol, CrtWire } from "./crt_wire.ts";
import type { CardPosition, ChipPlace, MotorReaderCapabilities, MoveFailure } from "./contract.ts";

/** Where the motor can bring a card; `slot` lets the patient take it, `bin` keeps it. */
export type MotorPlace = ChipPlace | "slot" | "bin";

/** What one look at the reader tells; null where this model is silent about it. */
export interface MotorState {
  readonly card: CardPosition;
  readonly retainBin: "ok" | "full" | null;
  readonly entry: "enabled" | "disabled" | null;
}

/** `not_initialised`: the reader lost power and wants its initialisation before anything else. */
export type MotorRefusal = MoveFailure | "hardware_error" | "unreadable" | "not_initialised";

/** `lost`: no answer that can be believed; the reader may have done it or not. */
export type MotorReply<Value> =
  | { readonly kind: "said"; readonly value: Value }
  | { readonly kind: "refused"; readonly reason: MotorRefusal }
  | { readonly kind: "lost" };

/** The commands of one model of reader, each one exchange; nothing here remembers or decides. */
export interface MotorModel {
  readonly capabilities: MotorReaderCapabilities;
  readonly protocol: CrtProtocol;
  look(wire: CrtWire): Promise<MotorReply<MotorState>>;
  /** Makes the reader ready again; a card inside stays where it is. Says firmware, maybe empty. */
  initialise(wire: CrtWire): Promise<MotorReply<string>>;
  setEntry(wire: CrtWire, enabled: boolean): Promise<MotorReply<null>>;
  move(wire: CrtWire, to: MotorPlace): Promise<MotorReply<null>>;
  serialNumber(wire: CrtWire): Promise<MotorReply<string>>;
  /** Null where only `initialise` says it. */
  readonly firmware: ((wire: CrtWire) => Promise<MotorReply<string>>) | null;
  powerChip(wire: CrtWire): Promise<MotorReply<Uint8Array>>;
  exchange(wire: CrtWire, apdu: Uint8Array): Promise<MotorReply<Uint8Array>>;
}
