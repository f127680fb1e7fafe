import assert from "node:assert/strict";
import { totpCode, totpStep } from "../crypto/totp.ts";
import { CONSOLE_PREFIX } from "../server/console_api.ts";
import { NAME_COLUMN } from "../server/modules/access/accounts/account_view.ts";
import { findCity } from "../server/modules/access/find_organisation.ts";
import type { Duty, Permission } from "../server/modules/access/permission.ts";
import { withTag } from "../server/modules/access/rights/tagged_rows.ts";
import type { SignInReply } from "../server/modules/access/sign_in/contract.ts";
import { keepPassword } from "../server/modules/access/sign_in/keep_password.ts";
import { newId } from "../server/platform/ids.ts";
import type { World } from "./world.ts";

export const PASSWORD = "Vmkb-rT0t-uzyc";

export interface PersonOptions {
  readonly login: string;
  readonly duty?: Duty;
  /** Held at the city; a role of the account's own. */
  readonly permissions?: readonly Permission[];
  readonly organisationId?: string;
  readonly oneTimeUntil?: Date;
  readonly addresses?: readonly string[];
  readonly password?: string;
}

/** An enabled account with a password and a role, as the platform writes them. */
export async function addPerson(world: World, options: PersonOptions): Promise<string> {
  const { login, duty = "business", permissions = [], password = PASSWORD } = options;
  const { console, platform } = world.services;
  const city = await findCity({ db: world.own.db });
  assert.ok(city);
  const at = world.clock.now();
  const [id, roleId] = [newId(at), newId(at)];
  const organisationId = options.organisationId ?? city.id;
  const account = await withTag(console.rowTags, "account", {
    id,
    kind: "person",
    login,
    name_sealed: await platform.sealer.seal(NAME_COLUMN, `职员${login}`),
    organisation_id: organisationId,
    duty,
    state: "enabled",
    disabled_why: null,
    created_by: null,
    created_at: at,
    changed_at: at,
    expires_at: null,
    last_used_at: null,
    rights_version: 1n,
  });
  const role = await withTag(console.rowTags, "role", {
    id: roleId,
    name: `role of ${login}`,
    duty,
    builtin: false,
    permissions: JSON.stringify([...permissions].sort()),
    addresses: options.addresses ? JSON.stringify(options.addresses) : null,
    changed_at: at,
  });
  const grant = await withTag(console.rowTags, "account_grant", {
    id: newId(at),
    account_id: id,
    role_id: roleId,
    duty,
    organisation_id: organisationId,
    granted_by: null,
    granted_at: at,
    expires_at: null,
    ended_at: null,
    ended_by: null,
  });
  const kept = await console.passwords.hash(password);
  await world.own.db.transaction().execute(async (tx) => {
    await tx.insertInto("account").values(account).execute();
    await tx.insertInto("role").values(role).execute();
    await tx.insertInto("account_grant").values(grant).execute();
    const oneTimeUntil = options.oneTimeUntil ?? null;
    await keepPassword(console, tx, { accountId: id, kept, oneTimeUntil });
  });
  return id;
}

const ORIGIN = "http://localhost";
/** One the platform trusts: `x-forwarded-for` says where a browser is. */
const PROXY = "10.9.9.9";

/** One browser: keeps cookies, says where it is, and sends the session's token with writes. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly headers: Record<string, string>;
  csrfToken = "";
  readonly #app: World["app"];

  constructor(world: Pick<World, "app">, headers: Record<string, string> = {}) {
    this.#app = world.app;
    this.headers = {
      "user-agent": "Mozilla/5.0 (test)",
      "accept-language": "zh-CN",
      origin: ORIGIN,
      "sec-fetch-site": "same-origin",
      ...headers,
    };
  }

  async call(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const reply = await this.#app.request(`${CONSOLE_PREFIX}${path}`, {
      method,
      headers: {
        ...this.headers,
        ...(cookie !== "" && { cookie }),
        ...(method !== "GET" && this.csrfToken !== "" && { "x-csrf-token": this.csrfToken }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }, { remoteAddr: { hostname: PROXY } });
    for (const line of reply.headers.getSetCookie()) this.#keep(line);
    return reply;
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/max-age=0/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  /** Goes on where a step leads on; `signed_in` gives the token for writes. */
  async step(path: string, body?: unknown): Promise<SignInReply> {
    const reply = await this.call("POST", path, { body });
    assert.equal(reply.status, 200, await reply.clone().text());
    const json = await reply.json();
    const next: SignInReply = json.next ?? json;
    if (next.step === "signed_in") this.csrfToken = next.session.csrfToken;
    return next;
  }

  async signIn(login: string, password = PASSWORD): Promise<SignInReply> {
    return await this.step("/sign-in", { login, password });
  }
}

/** A code the account's app shows now. */
export function codeNow(world: Pick<World, "clock">, secret: string, stepsAhead = 0): string {
  return totpCode(secret, totpStep(world.clock.now()) + stepsAhead);
}

/** Signs somebody in who enrols a second factor on the way; the secret is the app's. */
export async function signInEnrolling(
  world: World,
  browser: Browser,
  login: string,
): Promise<{ secret: string; recoveryCodes: string[] }> {
  const first = await browser.signIn(login);
  assert.equal(first.step, "second_factor_enrolment");
  const { secret } = await (await browser.call("POST", "/sign-in/totp")).json();
  const reply = await browser.call("POST", "/sign-in/totp/confirm", {
    body: { code: codeNow(world, secret) },
  });
  assert.equal(reply.status, 200, await reply.clone().text());
  const { recoveryCodes, next } = await reply.json();
  assert.equal(next.step, "signed_in");
  browser.csrfToken = next.session.csrfToken;
  return { secret, recoveryCodes };
}
