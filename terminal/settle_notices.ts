import type {
  EcSettlement,
  EcTransaction,
  InsuranceTerminal,
} from "../ffi/insurance_terminal/contract.ts";
import type { OrderView } from "../server/modules/checkout/contract.ts";
import { chinaTime, type Clock } from "../server/platform/clock.ts";
import type { Pause } from "../server/platform/pause.ts";
import type { Background } from "./background.ts";
import type { KeepNote } from "./device_notes.ts";
import { progressOf } from "./order_rules.ts";

/** A face that insurance's terminal authorised, as the notice of what came of it names it. */
export interface AuthorisedFace {
  readonly request: EcTransaction;
  readonly authorisation: string;
  readonly idNumber: string;
  readonly name: string;
  readonly institutionName: string;
}

interface Deps {
  /** Null where this kiosk has none. */
  readonly terminal: Pick<InsuranceTerminal, "notifySettlement"> | null;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly background: Pick<Background, "run">;
  readonly note: KeepNote;
}

/** One call; it shows no window. */
const NOTICE_MS_MAX = 10_000;
/** Between the first try and the ones after it; then nobody is told any more. */
const AGAIN_WAITS_MS = [10_000, 60_000, 300_000] as const;
/** People whose orders are still under way; the oldest goes first. */
const FACES_MAX = 20;

interface Known {
  readonly face: AuthorisedFace;
  readonly open: Set<string>;
  /** The patient went; what is still to be told is told, then he is forgotten. */
  hasLeft: boolean;
}

/**
 * Tells insurance's terminal what became of settlements by face (`cn.nhsa.settle.notify`), where the
 * region wants it. No money hangs on it: it is tried a few times, and who it is about is in memory
 * alone, so that a restart loses it.
 */
export class SettleNotices {
  readonly #deps: Deps;
  readonly #known = new Map<string, Known>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Of this identification from now on; a face shown again is named instead of the one before. */
  remember(identificationId: string, face: AuthorisedFace): void {
    const open = this.#known.get(identificationId)?.open ?? new Set();
    this.#known.delete(identificationId);
    this.#known.set(identificationId, { face, open, hasLeft: false });
    const [oldest] = this.#known.keys();
    if (this.#known.size > FACES_MAX && oldest !== undefined) this.#known.delete(oldest);
  }

  /** Each view of an order, more than once the same too. */
  noteOrder(identificationId: string, view: OrderView): void {
    const known = this.#known.get(identificationId);
    if (!known || view.settlement !== "insurance") return;
    if (progressOf(view.state) !== "final") {
      known.open.add(view.id);
      return;
    }
    if (!known.open.delete(view.id)) return;
    const settlement = settlementOf(known.face, view, this.#deps.clock.now());
    if (settlement) this.#tell(known.face, view.id, settlement);
    this.#forgetLeft();
  }

  /** The session is over. */
  leave(): void {
    for (const known of this.#known.values()) known.hasLeft = true;
    this.#forgetLeft();
  }

  #forgetLeft(): void {
    for (const [id, { hasLeft, open }] of this.#known) {
      if (hasLeft && open.size === 0) this.#known.delete(id);
    }
  }

  #tell({ request }: AuthorisedFace, orderId: string, settlement: EcSettlement): void {
    const { terminal, pause, background, note } = this.#deps;
    if (!terminal) return;
    background.run("tell insurance's terminal of a settlement", async (signal) => {
      for (const waitMs of [0, ...AGAIN_WAITS_MS]) {
        if (waitMs > 0) await pause(waitMs, signal);
        if (signal.aborted) return;
        const options = { signal, timeoutMs: NOTICE_MS_MAX };
        const told = await terminal.notifySettlement({ ...request, settlement }, options);
        if (told.kind === "done") {
          const fields = { orderId, settled: settlement.settled !== null };
          return note({ kind: "settle_notice.told", severity: "info", fields });
        }
        if (told.reason === "refused") {
          return note({ kind: "settle_notice.refused", severity: "warning", fields: { orderId } });
        }
      }
      note({ kind: "settle_notice.lost", severity: "warning", fields: { orderId } });
    });
  }
}

/** Null where insurance was not asked for anything, so that there is nothing to tell. */
function settlementOf(
  { authorisation, idNumber, name, institutionName }: AuthorisedFace,
  { state, quote, receipt, kind }: OrderView,
  now: Date,
): EcSettlement | null {
  if (quote === null) return null;
  const number = receipt?.insuranceReference ?? null;
  const isSettled = state === "completed" && number !== null;
  return {
    authorisation,
    idNumber,
    name,
    use: kind === "registration" ? "register" : "settle",
    totalFen: BigInt(quote.totalFen),
    institutionName,
    time: chinaTime(receipt ? new Date(receipt.paidAt) : now),
    settled: isSettled
      ? {
        number,
        cashFen: BigInt(quote.cashFen),
        fundFen: BigInt(quote.fundFen),
        accountFen: BigInt(quote.accountFen),
      }
      : null,
  };
}
