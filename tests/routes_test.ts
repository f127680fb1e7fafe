import assert from "node:assert/strict";
import { createApp } from "../server/app.ts";
import { behindTheDoor, CONSOLE_PREFIX } from "../server/console_api.ts";
import type { ConsoleAssets } from "../server/console_pages.ts";
import { isPermission } from "../server/modules/access/permission.ts";
import { PUBLIC_ROUTES } from "../server/public_routes.ts";
import { newId } from "../server/platform/ids.ts";
import { listRoutes } from "../server/route_list.ts";
import { openWorld, type World } from "./world.ts";

interface Route {
  readonly method: string;
  readonly path: string;
}

/** Every handler of the app, without what only stands before others. */
function routesOf(app: World["app"]): Route[] {
  const all = app.routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path}`);
  return [...new Set(all)].map((text) => {
    const [method = "", path = ""] = text.split(" ");
    return { method, path };
  });
}

/** The console as built; what is in it is no matter here. */
const PAGES: ConsoleAssets = new Map([
  ["/index.html", { type: "text/html", bytes: new TextEncoder().encode("<html>") }],
]);

const PUBLIC = new Set(PUBLIC_ROUTES.map(({ method, path }) => `${method} ${path}`));
/** Answered by where the caller stands, not by who he is. */
const BY_ADDRESS = new Set(["GET /metrics"]);

Deno.test("routes: nobody gets in where no reason is written down (R-ORG-05)", async (t) => {
  await using world = await openWorld();
  const app = createApp(world.services, { loadConsole: () => Promise.resolve(PAGES) });
  const routes = routesOf(app);

  await t.step("every public route exists and says why", () => {
    const known = new Set(routes.map(({ method, path }) => `${method} ${path}`));
    assert.deepEqual([...PUBLIC].filter((route) => !known.has(route)), []);
    assert.ok(PUBLIC_ROUTES.every(({ why }) => why.length > 10));
  });

  await t.step("every other route refuses who does not show who he is", async () => {
    const open: string[] = [];
    let asked = 0;
    for (const { method, path } of routes) {
      if (PUBLIC.has(`${method} ${path}`) || BY_ADDRESS.has(`${method} ${path}`)) continue;
      const url = path.replaceAll(/:\w+(\{[^}]*\})?/g, newId(world.clock.now())).replaceAll(
        "*",
        "x",
      );
      // Each from elsewhere, so that no limit answers in the door's place.
      asked += 1;
      const reply = await app.request(url, {
        method,
        headers: {
          origin: "http://localhost",
          "sec-fetch-site": "same-origin",
          "x-forwarded-for": `10.77.${asked >> 8}.${asked & 255}`,
        },
      }, { remoteAddr: { hostname: "10.9.9.9" } });
      if (reply.status !== 401) open.push(`${reply.status} ${method} ${path}`);
      await reply.body?.cancel();
    }
    assert.deepEqual(open, []);
    assert.ok(asked > 30, "the list of routes is the app's");
  });

  await t.step("every console route names a permission, or is about the caller alone", () => {
    const wrong = behindTheDoor(world.services).openAPIRegistry.definitions.flatMap(
      (definition) => {
        if (definition.type !== "route") return [];
        const { route } = definition;
        const needed = "x-permission" in route ? String(route["x-permission"]) : "";
        return needed === "own" || isPermission(needed) ? [] : [`${route.method} ${route.path}`];
      },
    );
    assert.deepEqual(wrong, []);
  });

  await t.step("a console route that is not declared with its needs is not there", () => {
    const declared = new Set(
      behindTheDoor(world.services).openAPIRegistry.definitions.flatMap((definition) =>
        definition.type === "route"
          ? [
            `${definition.route.method.toUpperCase()} ${CONSOLE_PREFIX}${
              definition.route.path.replaceAll(/\{(\w+)\}/g, ":$1")
            }`,
          ]
          : []
      ),
    );
    const undeclared = routes.filter(({ path }) => path.startsWith(`${CONSOLE_PREFIX}/`))
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => !declared.has(route) && !PUBLIC.has(route));
    assert.deepEqual(undeclared, []);
  });

  await t.step("what an assessor is told of routes is what is mounted (R-SEC-17)", () => {
    const told = new Set(
      listRoutes(world.services).map(({ method, path }) =>
        `${method} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`
      ),
    );
    const mounted = routes.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(mounted.filter((route) => !told.has(route)), []);
  });

  await t.step("the console's pages are there for everybody, and nothing beside them", async () => {
    const page = await app.request("/console/accounts");
    assert.equal(await page.text(), "<html>");
    const beside = await app.request("/consoles");
    assert.equal(beside.status, 404);
    await beside.body?.cancel();
  });

  await t.step("figures are read on the machine itself only", async () => {
    const from = async (hostname: string, headers: Record<string, string> = {}) =>
      (await world.app.request("/metrics", { headers }, { remoteAddr: { hostname } })).status;
    assert.equal(await from("127.0.0.1"), 200);
    assert.equal(await from("::1"), 200);
    assert.equal(await from("10.1.2.3"), 404);
    assert.equal(await from("10.1.2.3", { "x-forwarded-for": "127.0.0.1" }), 404);
    assert.equal(await from("10.9.9.9", { "x-forwarded-for": "10.1.2.3" }), 404);
  });

  await t.step("every answer carries the headers that keep a browser safe", async () => {
    const { headers } = await world.app.request(`${CONSOLE_PREFIX}/session`);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.match(headers.get("strict-transport-security") ?? "", /max-age=31536000/);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("x-frame-options"), "DENY");
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
  });
});
