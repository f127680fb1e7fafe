/**
 * What the console's door adds to a request (issue 5, "Speed"): session, account, rights, limits
 * and the permission, against the same route without them. On a PostgreSQL of its own.
 */
import { Hono } from "hono";
import { type ConsoleEnv, needs } from "../server/modules/access/console_routes.ts";
import { consoleDoor } from "../server/modules/access/sign_in/console_door.ts";
import { rateLimited } from "../server/platform/rate_limit.ts";
import { addPerson, Browser } from "../tests/console.ts";
import { startPostgresServer } from "../tests/postgres_server.ts";
import { openWorld, type World } from "../tests/world.ts";
import { cpuSecondsOf, cpuSecondsOfTree } from "./cpu.ts";
import { latenciesOf, ms, print, table } from "./figures.ts";

const ADDED_P50_MS_MAX = 0.3;
const REQUESTS = 4_000;
const WARM_UP = 500;
/** Nobody's minute: the limit is taken part in, not met. */
const BENCH_RATE = { name: "bench", perMinute: 1_000_000 };

function appWith({ services }: World, { door }: { readonly door: boolean }): Hono<ConsoleEnv> {
  const made = new Hono<ConsoleEnv>();
  if (door) {
    made.use(consoleDoor(services.console));
    made.use(rateLimited(services.console.rateLimits, { of: BENCH_RATE, callerOf: () => "bench" }));
    made.use(...needs("terminal.read").middleware);
  }
  made.get("/asked", (c) => c.json({ terminals: 660 }));
  return made;
}

async function measure(): Promise<number> {
  await using server = await startPostgresServer();
  await using world = await openWorld({ databaseServer: { url: server.url, through: server.url } });
  await addPerson(world, { login: "bench", permissions: ["terminal.read"] });
  const browser = new Browser(world);
  await browser.signIn("bench");
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const headers = { ...browser.headers, cookie };
  const ask = async (of: Hono<ConsoleEnv>): Promise<number> => {
    const started = performance.now();
    const reply = await of.request("/asked", { headers });
    await reply.json();
    if (reply.status !== 200) throw new Error(`Cannot measure: answered ${reply.status}`);
    return performance.now() - started;
  };
  const [open, behind] = [appWith(world, { door: false }), appWith(world, { door: true })];
  const took: Record<"open" | "behind", number[]> = { open: [], behind: [] };
  for (let at = 0; at < WARM_UP + REQUESTS; at++) {
    const pair = { open: await ask(open), behind: await ask(behind) };
    if (at < WARM_UP) continue;
    took.open.push(pair.open);
    took.behind.push(pair.behind);
  }
  const cpu = {
    open: await cpuOf(server, () => ask(open)),
    behind: await cpuOf(server, () => ask(behind)),
  };
  const rows = (["open", "behind"] as const).map((name) => {
    const { p50Ms, p99Ms } = latenciesOf(took[name]);
    const { processMs, postgresMs } = cpu[name];
    return [name, p50Ms.toFixed(3), ms(p99Ms), processMs.toFixed(3), postgresMs.toFixed(3)];
  });
  const added = latenciesOf(took.behind).p50Ms - latenciesOf(took.open).p50Ms;
  print(table(["request", "p50 ms", "p99 ms", "CPU ms", "PostgreSQL's CPU ms"], rows));
  print(`the door adds ${added.toFixed(3)} ms p50, limit ${ADDED_P50_MS_MAX} ms`);
  return added <= ADDED_P50_MS_MAX ? 0 : 1;
}

/** Of one request: steadier than a latency where others use the machine's cores. */
async function cpuOf(
  { pid }: { readonly pid: number },
  ask: () => Promise<unknown>,
): Promise<{ readonly processMs: number; readonly postgresMs: number }> {
  const read = async () => [await cpuSecondsOf(Deno.pid), await cpuSecondsOfTree(pid)] as const;
  const [ownBefore, postgresBefore] = await read();
  for (let at = 0; at < REQUESTS; at++) await ask();
  const [own, postgres] = await read();
  const each = (seconds: number) => seconds * 1_000 / REQUESTS;
  return { processMs: each(own - ownBefore), postgresMs: each(postgres - postgresBefore) };
}

if (import.meta.main) Deno.exit(await measure());
