import assert from "node:assert/strict";
import { systemActor } from "../server/modules/audit/actor.ts";
import { giveOneTimePassword } from "../server/modules/access/sign_in/administer.ts";
import { PasswordWork } from "../server/modules/access/sign_in/password_work.ts";
import { signIn } from "../server/modules/access/sign_in/sign_in.ts";
import { findAccount } from "../server/modules/access/sign_in/store.ts";
import { addPerson, Browser, PASSWORD } from "./console.ts";
import { openWorld, type World } from "./world.ts";

/** Something else happens just when the password was found good. */
class Overtaken extends PasswordWork {
  readonly #meanwhile: () => Promise<void>;

  constructor(of: { readonly iterations: number; readonly meanwhile: () => Promise<void> }) {
    super({ iterations: of.iterations });
    this.#meanwhile = of.meanwhile;
  }

  override async fits(...shown: Parameters<PasswordWork["fits"]>): Promise<boolean> {
    const isGood = await super.fits(...shown);
    await this.#meanwhile();
    return isGood;
  }
}

const VISIT = { deviceHash: new Uint8Array(32), agent: null, address: null, traceId: "test" };

async function reset(world: World, accountId: string): Promise<string> {
  const account = await findAccount(world.own.db, accountId);
  assert.ok(account);
  world.clock.advance(1);
  const given = { account, actor: systemActor("test") };
  return (await giveOneTimePassword(world.services.console, given)).text;
}

Deno.test("a password that is reset while it is looked at lets nobody in", async (t) => {
  await using world = await openWorld();
  const { console } = world.services;
  const { db } = world.own;
  const rounds = [
    { login: "same", more: 0 },
    { login: "parameters", more: 1 },
  ];
  for (const { login, more } of rounds) {
    await t.step(`kept under ${login === "same" ? "the" : "other"} parameters`, async () => {
      const id = await addPerson(world, { login });
      let oneTime = "";
      const passwords = new Overtaken({
        iterations: console.passwords.iterations + more,
        meanwhile: async () => void (oneTime ||= await reset(world, id)),
      });
      await assert.rejects(signIn({ ...console, passwords }, { login, password: PASSWORD }, VISIT));
      const sessions = await db.selectFrom("console_session").select("id")
        .where("account_id", "=", id).execute();
      const attempts = await db.selectFrom("sign_in_attempt").select("id")
        .where("account_id", "=", id).execute();
      assert.deepEqual([sessions, attempts], [[], []]);
      const old = await new Browser(world).call("POST", "/sign-in", {
        body: { login, password: PASSWORD },
      });
      assert.equal(old.status, 401, "what was taken away did not come back");
      world.clock.advance(10_000);
      assert.equal((await new Browser(world).signIn(login, oneTime)).step, "password_change");
    });
  }
});
