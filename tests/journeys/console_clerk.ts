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

interface ClerkGiven {
  readonly login: string;
  readonly name: string;
  /** A built-in one. */
  readonly role: string;
}

/** Somebody of the city with a role, signed in, at the first page. */
export async function clerkIn(
  { browser, ...given }: Administrators & { readonly browser: Browser; readonly stack: Stack },
  who: ClerkGiven,
): Promise<Official> {
  const { stack } = given;
  const first = await makeClerk(given, who);
  const clerk = await personAt({ browser, stack }, first);
  await clerk.page.goto(`${stack.platformUrl}/console/`);
  await comeIn(clerk, first.oneTimePassword);
  await clerk.sees("home");
  return clerk;
}

/** An account with the role, asked for by one administrator and approved by another. */
export async function makeClerk(
  { stack, system, security }: Administrators & { readonly stack: Stack },
  { login, name, role }: ClerkGiven,
): Promise<{ readonly login: string; readonly oneTimePassword: string }> {
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
  return { login, oneTimePassword: String(account.body["oneTimePassword"]) };
}

/** The first time, where no second factor is asked for. */
export async function comeIn(clerk: Official, oneTimePassword: string): Promise<void> {
  await clerk.sees("sign-in-password");
  await clerk.types(clerk.login, "Tab");
  await clerk.types(oneTimePassword, "Enter");
  await clerk.sees("sign-in-password_change");
  await clerk.types(OWN_PASSWORD, "Tab");
  await clerk.types(OWN_PASSWORD, "Enter");
}

interface Called {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** As the page itself would, with the session's own token. */
export async function call(page: Page, what: string, body?: unknown): Promise<Called> {
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
