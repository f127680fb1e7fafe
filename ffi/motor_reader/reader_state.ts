import type { DeviceCondition } from "../contract.ts";
import type { CardPosition, MotorReaderEvent, MotorReaderStatus } from "./contract.ts";
import type { MotorReply, MotorState } from "./motor_model.ts";

/** Who moved the card since the last look: the patient, our motor, our motor into the bin. */
export type Mover = "hand" | "motor" | "bin";

/** What is known of the reader, put together from its looks, its refusals and our commands. */
export class ReaderState {
  readonly #tell: (event: MotorReaderEvent) => void;
  #status: MotorReaderStatus = {
    device: "offline",
    card: "unknown",
    retainBin: "unknown",
    entry: "unknown",
  };
  /** Told by a refusal and by no look (CRT-571): it stays till the card moves or is gone. */
  #isJammed = false;
  /** Motor or sensors failed. */
  #isBroken = false;

  constructor(tell: (event: MotorReaderEvent) => void) {
    this.#tell = tell;
  }

  get status(): MotorReaderStatus {
    return this.#status;
  }

  learn({ card, retainBin, entry }: MotorState, mover: Mover): void {
    if (card === "none") this.#isJammed = false;
    this.#change({
      device: this.#condition,
      card: this.#isJammed ? "jammed" : card,
      retainBin: retainBin ?? this.#status.retainBin,
      entry: entry ?? this.#status.entry,
    }, mover);
  }

  /** Nothing is known for certain while nobody answers, or only with errors. */
  loseSight(device: "offline" | "hardware_error"): void {
    this.#change({ device, card: "unknown", retainBin: "unknown", entry: "unknown" });
  }

  setEntry(entry: "enabled" | "disabled"): void {
    this.#change({ ...this.#status, entry });
  }

  /** What a move said of the reader: a jam or a broken part, or that both are over. */
  note(reply: MotorReply<null>): void {
    if (reply.kind === "said") {
      this.#isJammed = false;
      this.#isBroken = false;
    }
    if (reply.kind !== "refused") return;
    this.#isJammed ||= reply.reason === "jammed";
    this.#isBroken ||= reply.reason === "hardware_error";
  }

  /** Initialised: whether a part is broken shows with the next move. */
  mend(): void {
    this.#isBroken = false;
  }

  get #condition(): DeviceCondition {
    return this.#isBroken ? "hardware_error" : "online";
  }

  #change(status: MotorReaderStatus, mover: Mover = "hand"): void {
    const before = this.#status;
    this.#status = status;
    const media = mediaEvent(before.card, status.card, mover);
    if (media) return this.#tell({ kind: media });
    const isSame = before.device === status.device && before.card === status.card &&
      before.retainBin === status.retainBin && before.entry === status.entry;
    if (!isSame) this.#tell({ kind: "status_changed" });
  }
}

/** From or to `unknown` nobody can say what happened: only the status changes. */
function mediaEvent(
  before: CardPosition,
  after: CardPosition,
  mover: Mover,
): "media_inserted" | "media_removed" | null {
  if (before === "unknown" || after === "unknown") return null;
  if (before === "none" && after !== "none") return "media_inserted";
  if (before !== "none" && after === "none") return mover === "bin" ? null : "media_removed";
  // An ejected card that the patient pushes in again.
  return before === "gate" && after === "held" && mover === "hand" ? "media_inserted" : null;
}
