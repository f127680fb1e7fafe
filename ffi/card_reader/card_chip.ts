import type {
  CardReadFailure,
  CommandOptions,
  Completion,
  SocialSecurityCard,
} from "../contract.ts";
import type { ChipPlace } from "../motor_reader/contract.ts";

/**
 * What talks to the chip of a card, once the card is where the chip can be reached: the vendor's
 * library in the product, a fake in tests. It moves nothing and waits for nobody: a card that is
 * not there is answered at once as `no_card`. One call at a time; another one meanwhile is `busy`.
 *
 * `offline`: no library just now; it is being started again. `hardware_error`: the library died or
 * was killed in the call, or says that its reader is broken; the card itself is not to blame.
 */
export interface CardChip {
  readonly condition: "online" | "offline";
  /**
   * Whether a card answers at that place, without reading it (`iCheckCard` and the like). Absent
   * where the library cannot tell; then a reader without a motor has to read to know.
   */
  presence?(place: ChipPlace, options: CommandOptions): Promise<Completion<boolean>>;
  readCard(
    place: ChipPlace,
    options: CommandOptions,
  ): Promise<Completion<SocialSecurityCard, CardReadFailure | "no_card">>;
  /** The patient is gone: what the library wrote down of them is wiped. */
  endSession(): Promise<void>;
  /** `down`: the library died; `up`: it answers again. Returns what ends the subscription. */
  subscribe(listener: (event: "up" | "down") => void): () => void;
}
