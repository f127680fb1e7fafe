import type { FaceReading } from "./face_reading.ts";
import { reasonOf } from "../server/platform/errors.ts";
import type { Background } from "./background.ts";
import type { CardPayments } from "./card_payments.ts";
import type { Orders } from "./orders.ts";
import type { PatientSession } from "./patient_session.ts";
import type { Pause } from "../server/platform/pause.ts";
import { endIdentification } from "./platform_calls.ts";
import type { PlatformClient } from "./platform_client.ts";
import type { Discharges } from "./discharges.ts";
import type { Refunds } from "./refunds.ts";
import type { SettleNotices } from "./settle_notices.ts";
import { retainCard, type RetainCardDeps } from "./retain_card.ts";

/** A card still in the slot after this was forgotten. */
const CARD_LEFT_WAIT_MS = 20_000;
/** After that staff were called; whoever has not come back by now does not stand here any more. */
const CARD_RETAIN_WAIT_MS = 60_000;

export interface EndSessionDeps extends RetainCardDeps {
  readonly session: PatientSession;
  readonly orders: Orders;
  readonly cards: CardPayments;
  readonly refunds: Refunds;
  readonly discharges: Discharges;
  readonly faces: FaceReading;
  readonly notices: SettleNotices;
  readonly client: PlatformClient;
  readonly background: Background;
  readonly pause: Pause;
  /** Wipes what vendors' libraries wrote of the patient; absent where there are none. */
  readonly endDeviceSession?: () => Promise<void>;
}

/** Forgets the patient here and at the platform and gives the card back. Harmless when repeated. */
export async function endSession(deps: EndSessionDeps): Promise<void> {
  const { session, orders, refunds, cards, faces, notices, supervisor, background, log } = deps;
  const ended = session.end();
  const era = session.era;
  orders.leave();
  refunds.leave();
  deps.discharges.leave();
  notices.leave();
  faces.stop();
  supervisor.setWant("credential");
  background.run("end identifications", () => endIdentifications(deps, ended));
  const { endDeviceSession } = deps;
  if (endDeviceSession) background.run("wipe what libraries wrote", endDeviceSession);
  background.run("watch for a card left behind", (signal) => watchCard(deps, { era, signal }));
  try {
    await cards.stop();
    await supervisor.ejectCard();
  } catch (thrown) {
    log.error("Cannot eject a card", { reason: reasonOf(thrown) });
  }
}

/** The platform ends them by itself after a while, so a lost call is not kept. */
export async function endIdentifications(
  { client }: Pick<EndSessionDeps, "client">,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) await client.call(endIdentification(id));
}

type WatchCardDeps = RetainCardDeps & Pick<EndSessionDeps, "session" | "pause">;

/** Till the card is taken, kept, or of no concern any more. */
export async function watchCard(
  deps: WatchCardDeps,
  { era, signal }: { readonly era: number; readonly signal: AbortSignal },
): Promise<void> {
  const { session, supervisor, pause, log } = deps;
  const card = await supervisor.findCard();
  if (card === null) return;
  const isOver = () => signal.aborted || session.era !== era || session.isHeld;
  // The card of whoever came next is no forgotten one.
  const isLeft = async () =>
    !isOver() && await supervisor.findCard() === card &&
    (await supervisor.tellCardReader()).mediaPresent && !isOver();
  await pause(CARD_LEFT_WAIT_MS, signal);
  if (!await isLeft()) return;
  log.warn("A card was left behind");
  await pause(CARD_RETAIN_WAIT_MS, signal);
  if (await isLeft()) await retainCard(deps, card);
}
