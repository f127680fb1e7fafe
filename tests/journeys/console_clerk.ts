import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { newId } from "../../server/platform/ids.ts";
import { type Official, officialAt, OWN_PASSWORD, personAt } from "./official.ts";
import type { Stack } from "./stack.ts";

const REASON = "新到岗，按岗位授权";

export interface Administrators {
  readonly system: Official;
  readonly security: Official;
}

/** Signed in, at the first page. */
export async function administratorsIn(
  browser: Browser,
  stack: Stack,
): Promise<Administrators> {
  const system = await officialAt({ browser, stack, duty: "system" });
  const security = await officialAt({ browser, stack, duty: "security" });
  for (const official of [system, security]) {
    await official.page.goto(`${stack.platformUrl}/console/`);
    await official.enrol();
    await official.sees("home");
  }
  return { system, security };
}

/** Somebody of the city with a built-in role, asked for by one and approved by another; signed in. */
export async function clerkIn(
  { browser, stack, system, security }: Administrators & {
    readonly browser: Browser;
    readonly stack: Stack;
  },
  { login, name, role }: { readonly login: string; readonly name: string; readonly role: string },
): Promise<Official> {
  const { body: session } = await call(system.page, "GET /session");
  const organisationId = session["organisationId"];
  const id = newId(stack.clock.now());
  const of = { kind: "person", login, name, duty: "business", expiresAt: null };
  const account = await call(system.page, "POST /accounts", { id, organisationId, ...of });
  assert.equal(account.status, 201, JSON.stringify(account.body));
  await call(system.page, `POST /accounts/${id}/enable`, { reason: REASON });
  const { id: roleId } = await stack.db.selectFrom("role").select("id").where("name", "=", role)
    .executeTakeFirstOrThrow();
  const asked = newId(stack.clock.now());
  const grant = { accountId: id, roleId, organisationId, expiresAt: null, reason: REASON };
  await call(system.page, "POST /rights-requests", { kind: "grant", id: asked, ...grant });
  const note = { note: "同意" };
  const approved = await call(security.page, `POST /rights-requests/${asked}/approve`, note);
  assert.equal(approved.status, 200, JSON.stringify(approved.body));
  const oneTimePassword = String(account.body["oneTimePassword"]);
  const clerk = await personAt({ browser, stack }, { login, oneTimePassword });
  await clerk.page.goto(`${stack.platformUrl}/console/`);
  await clerk.sees("sign-in-password");
  await clerk.types(login, "Tab");
  await clerk.types(oneTimePassword, "Enter");
  await clerk.sees("sign-in-password_change");
  await clerk.types(OWN_PASSWORD, "Tab");
  await clerk.types(OWN_PASSWORD, "Enter");
  await clerk.sees("home");
  return clerk;
}

interface Called {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** As the page itself would, with the session's own token. */
async function call(page: Page, what: string, body?: unknown): Promise<Called> {
  return await page.evaluate(async ({ what, body }) => {
    const prefix = "/api/console/v1";
    const [method = "", path = ""] = what.split(" ");
    if (method === "GET") {
      const answer = await fetch(`${prefix}${path}`);
      return { status: answer.status, body: await answer.json() };
    }
    const { csrfToken } = await (await fetch(`${prefix}/session`)).json();
    const headers = { "x-csrf-token": csrfToken, "content-type": "application/json" };
    const answer = await fetch(`${prefix}${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, body: await answer.json() };
  }, { what, body });
}
