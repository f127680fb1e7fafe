import assert from "node:assert/strict";
import { paymentCode } from "../sandbox/aggregate_pay/payment_code.ts";
import { getOrganisation } from "../server/modules/access/find_organisation.ts";
import type {
  EnrolmentToApproveView,
  TerminalDetail,
  TerminalsReply,
} from "../server/modules/fleet/console/contract.ts";
import { addPerson, Browser, signInEnrolling } from "./console.ts";
import { askState, askToEnrol, newTerminal } from "./line_client.ts";
import { act, orderAllBills } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** Terminals in the console: approved, looked over, suspended and revoked there (R-TOM-01). */

async function signedIn(
  world: World,
  options: Omit<Parameters<typeof addPerson>[1], "login">,
): Promise<Browser> {
  const login = `person-${crypto.randomUUID().slice(0, 8)}`;
  await addPerson(world, { login, ...options });
  const browser = new Browser(world);
  // Only administrators have to show a second factor from the beginning.
  if (options.duty === undefined) await browser.signIn(login);
  else await signInEnrolling(world, browser, login);
  return browser;
}

function administrator(world: World, organisationId?: string): Promise<Browser> {
  return signedIn(world, {
    duty: "system",
    permissions: ["terminal.read", "terminal.approve"],
    ...(organisationId !== undefined && { organisationId }),
  });
}

/** Of an institution that is neither above nor below the world's terminal. */
async function terminalElsewhere(world: World) {
  const { path } = await getOrganisation(world.own, world.terminal.institutionId);
  return await world.own.db.selectFrom("terminal")
    .innerJoin("organisation", "organisation.id", "terminal.institution_id")
    .selectAll("terminal").where("organisation.path", "not like", `${path}%`)
    .limit(1).executeTakeFirstOrThrow();
}

async function countTerminals({ own }: World): Promise<number> {
  return (await own.db.selectFrom("terminal").select("id").execute()).length;
}

async function codeOf(reply: Response): Promise<string> {
  return (await reply.json()).code;
}

async function eventsOf(world: World): Promise<[string, string, string | null][]> {
  const rows = await world.own.db.selectFrom("audit_event").selectAll()
    .where("kind", "like", "fleet.terminal\\_%").orderBy("id").execute();
  return rows.map(({ kind, result, reason }) => [kind, result, reason]);
}

Deno.test("a terminal is approved by its code, after what it shows was compared, once", async () => {
  await using world = await openWorld();
  const send = async (path: string, init: RequestInit) => await world.app.request(path, init);
  const terminal = await newTerminal({ clock: world.clock, send, number: "0001" });
  const asked = await askToEnrol(terminal);
  const code = `${asked.code.slice(0, 4)}-${asked.code.slice(4).toLowerCase()}`;
  const browser = await administrator(world);

  const waiting = await (await browser.call("GET", "/terminal-enrolments")).json();
  assert.deepEqual(
    waiting.enrolments.map(({ terminalNumber }: { terminalNumber: string }) => terminalNumber),
    ["0001"],
  );
  assert.doesNotMatch(JSON.stringify(waiting), new RegExp(asked.code));
  const wrong = await browser.call("POST", "/terminal-enrolments/find", {
    body: { code: "AAAA2222" },
  });
  assert.equal(await codeOf(wrong), "fleet.no_such_code");
  const found = await browser.call("POST", "/terminal-enrolments/find", { body: { code } });
  const shown: EnrolmentToApproveView = await found.json();
  assert.deepEqual([shown.id, shown.terminalNumber], [asked.id, "0001"]);
  assert.match(shown.signFingerprint, /^[0-9a-f]{64}$/);
  const other = { id: world.id(), code };
  const mixed = await browser.call("POST", "/terminal-enrolments/approve", { body: other });
  assert.equal(await codeOf(mixed), "fleet.enrolment_over");

  world.clock.advance(6 * 60_000);
  const body = { id: shown.id, code };
  const stale = await browser.call("POST", "/terminal-enrolments/approve", { body });
  assert.equal(await codeOf(stale), "access.reauthentication_needed");
  assert.equal((await askState(terminal, asked.id)).state.state, "waiting");
  const fresh = await administrator(world);
  const approved = await fresh.call("POST", "/terminal-enrolments/approve", { body });
  assert.equal(approved.status, 200, await approved.clone().text());
  const detail: TerminalDetail = await approved.json();
  assert.deepEqual([detail.line, detail.fingerprint], ["enrolled", shown.signFingerprint]);
  assert.equal((await askState(terminal, asked.id)).state.state, "approved");
  const again = await fresh.call("POST", "/terminal-enrolments/approve", { body });
  assert.equal(await codeOf(again), "fleet.no_such_code");

  const revoke = () =>
    fresh.call("POST", `/terminals/${detail.id}/revoke`, { body: { reason: "报废" } });
  assert.equal((await (await revoke()).json()).line, "revoked");
  assert.equal(await codeOf(await revoke()), "fleet.no_key");
  const page = await (await fresh.call("GET", `/terminals/${detail.id}/events`)).json();
  const kinds: string[] = page.events.map(({ kind }: { kind: string }) => kind);
  assert.deepEqual(kinds.toSorted(), ["line.enrolled", "line.revoked"]);
  const told = await eventsOf(world);
  assert.deepEqual(
    told.filter(([, result]) => result === "succeeded").map(([kind]) => kind).toSorted(),
    [
      "fleet.terminal_enrolled",
      "fleet.terminal_revoked",
    ],
  );
  assert.equal(told.filter(([, , reason]) => reason === "no_such_code").length, 2);
});

Deno.test("a suspended terminal serves nothing till it is resumed, and each has its event", async () => {
  await using world = await openWorld();
  const browser = await administrator(world);
  const move = (to: string) =>
    browser.call("POST", `/terminals/${world.terminal.id}/${to}`, { body: { reason: "检修" } });
  assert.equal((await (await move("suspend")).json()).state, "suspended");
  world.clock.advance(3_000);
  const settings = await (await world.call("GET", "/settings")).json();
  assert.equal(settings.terminal.suspended, true);
  assert.equal(await codeOf(await move("suspend")), "fleet.wrong_state");
  world.clock.advance(1_000);
  assert.equal((await (await move("resume")).json()).state, "active");
  assert.deepEqual(
    (await eventsOf(world)).map(([kind]) => kind),
    [
      "fleet.terminals_registered",
      "fleet.terminal_suspended",
      "fleet.terminal_resumed",
    ].filter((kind) => kind.startsWith("fleet.terminal_")),
  );
});

Deno.test("terminals are listed, read and changed only where the caller may", async () => {
  await using world = await openWorld();
  const { institutionId } = world.terminal;
  const foreign = await terminalElsewhere(world);
  const browser = await administrator(world, institutionId);
  const own: TerminalsReply = await (await browser.call("GET", "/terminals?limit=200")).json();
  assert.ok(own.terminals.length > 0);
  assert.ok(own.terminals.every(({ institutionId: id }) => id !== foreign.institution_id));
  assert.ok(own.terminals.length < (await countTerminals(world)));
  for (
    const [method, path] of [
      ["GET", ""],
      ["GET", "/events"],
      ["POST", "/suspend"],
      ["POST", "/revoke"],
    ] as const
  ) {
    const body = method === "POST" ? { body: { reason: "检修" } } : {};
    const reply = await browser.call(method, `/terminals/${foreign.id}${path}`, body);
    assert.equal(reply.status, 404, path);
  }
  const below = `/terminals?organisationId=${foreign.institution_id}`;
  assert.equal((await browser.call("GET", below)).status, 404);

  const whole = await administrator(world);
  const first: TerminalsReply = await (await whole.call("GET", "/terminals?limit=2")).json();
  assert.deepEqual(first.terminals.map(({ number }) => number), ["0001", "0002"]);
  const next: TerminalsReply =
    await (await whole.call("GET", `/terminals?limit=1&after=${first.next}`))
      .json();
  assert.deepEqual(next.terminals.map(({ number }) => number), ["0003"]);
  const none: TerminalsReply = await (await whole.call("GET", "/terminals?number=%25")).json();
  assert.deepEqual(none.terminals, []);
});

Deno.test("an enrolment of another place is not found, and is not approved", async () => {
  await using world = await openWorld();
  const send = async (path: string, init: RequestInit) => await world.app.request(path, init);
  const { code } = await askToEnrol(
    await newTerminal({ clock: world.clock, send, number: "0001" }),
  );
  const foreign = await terminalElsewhere(world);
  const browser = await administrator(world, foreign.institution_id);
  assert.deepEqual(
    (await (await browser.call("GET", "/terminal-enrolments")).json()).enrolments,
    [],
  );
  const find = await browser.call("POST", "/terminal-enrolments/find", { body: { code } });
  assert.equal(find.status, 404);
});

Deno.test("open holds are listed to who may see the orders of the place, and to nobody else", async () => {
  await using world = await openWorld();
  world.faults.plan("his", "post", { kind: "lose_request" });
  world.faults.plan("his", "find_posting", { kind: "lose_request" }, 8);
  const order = await paidByScan(world);
  const { institutionId } = world.terminal;
  const clerk = await signedIn(world, {
    permissions: ["order.read"],
    organisationId: institutionId,
  });
  const { holds: [hold], more } = await (await clerk.call("GET", "/holds")).json();
  assert.deepEqual([hold.orderId, hold.institutionId, more], [order.id, institutionId, false]);
  assert.deepEqual([hold.orderNumber, hold.isRefund], [order.number, false]);
  assert.ok(order.quote);
  const insured = BigInt(order.quote.totalFen) - BigInt(order.quote.cashFen);
  assert.deepEqual([hold.cashFen, hold.insuranceFen], [order.quote.cashFen, `${insured}`]);
  const foreign = await terminalElsewhere(world);
  const elsewhere = {
    permissions: ["order.read" as const],
    organisationId: foreign.institution_id,
  };
  const stranger = await signedIn(world, elsewhere);
  const none = await (await stranger.call("GET", "/holds")).json();
  assert.deepEqual([none.holds, none.more], [[], false]);
  assert.ok(none.ages.every((age: { holds: number }) => age.holds === 0));
  const auditor = await signedIn(world, { duty: "audit", permissions: ["audit.read"] });
  assert.equal((await auditor.call("GET", "/holds")).status, 403);
});

async function paidByScan(world: World) {
  const order = await confirmed(world);
  const code = paymentCode("ALIPAY", "pays", 7);
  return await act(world, order, "tender", { id: world.id(), mode: "scan_code", code });
}

async function confirmed(world: World, story = "two_bills") {
  const order = await orderAllBills(world, story);
  return await act(world, order, "confirm", { quoteVersion: 1 });
}
