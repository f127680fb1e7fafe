import { Hono } from "hono";
import { addressRanges } from "./platform/address_range.ts";
import { addressOf } from "./platform/client_address.ts";
import { askServer } from "./platform/db.ts";
import { missingPartitions } from "./platform/partitions.ts";
import { PARTITIONED } from "./schema.ts";
import type { Services } from "./services.ts";

/** How long the database may take to say it is there. */
const READY_MS_MAX = 3_000;

/** Figures tell how the platform is used: only who watches it gets them. */
const LOOPBACK = ["127.0.0.0/8", "::1"];

/** Alive, ready to serve, and figures; no sign-in, nothing personal. */
export function statusRoutes({ platform }: Services): Hono {
  const routes = new Hono();
  routes.get("/healthz", (c) => c.json({ status: "ok" }));
  routes.get("/readyz", async (c) => {
    const reasons = platform.stopping.aborted ? ["stopping"] : await notReady(platform);
    return c.json(
      { status: reasons.length === 0 ? "ready" : "not_ready", reasons },
      reasons.length === 0 ? 200 : 503,
    );
  });
  const metricsFrom = addressRanges(platform.metricsFrom ?? LOOPBACK);
  routes.get("/metrics", (c) => {
    if (!metricsFrom.has(addressOf(c) ?? "")) return c.notFound();
    return c.text(platform.metrics.text());
  });
  return routes;
}

async function notReady(platform: Services["platform"]): Promise<string[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), READY_MS_MAX);
  });
  try {
    return await Promise.race([askDatabase(platform), late]);
  } catch {
    return ["database_unavailable"];
  } finally {
    clearTimeout(timer);
  }
}

async function askDatabase({ db, clock }: Services["platform"]): Promise<string[]> {
  await askServer(db);
  const missing = await missingPartitions(db, PARTITIONED, clock.now());
  return missing.map((name) => `partition_missing:${name}`);
}
