import { openHostSession } from "./modules/payment/card/host_session.ts";
import type { CardDeps } from "./modules/payment/card/card_deps.ts";
import { usePadKeys } from "./modules/fleet/pad_keys/use_pad_keys.ts";
import type { PlatformDeps } from "./services.ts";

/** What bank cards run on; null where the platform has no line to a card host. */
export function cardServices(
  platform: PlatformDeps,
  { audit, tags }: Pick<CardDeps, "audit" | "tags">,
): CardDeps | null {
  const { db, clock, log, sealer, provider, parties } = platform;
  if (!parties.cardHost) return null;
  const { client: host, profile, settings } = parties.cardHost;
  const session = openHostSession({ db, clock, log, provider, host, profile, settings });
  const padKeys = usePadKeys({ db, provider });
  const proofs = { audit, tags };
  return { db, clock, log, sealer, ...proofs, provider, host, profile, session, padKeys, settings };
}
