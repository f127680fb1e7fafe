import assert from "node:assert/strict";
import { getOrganisation } from "../../server/modules/access/find_organisation.ts";
import { systemActor } from "../../server/modules/audit/actor.ts";
import type { PaymentRequest } from "../../server/modules/billing/requests/contract.ts";
import { findSlip } from "../../server/modules/billing/requests/slip/open_slip.ts";
import { paySlip } from "../../server/modules/billing/requests/slip/pay_slip.ts";
import type { SlipDeps } from "../../server/modules/billing/requests/slip/slip_deps.ts";
import { withdrawRequest } from "../../server/modules/billing/requests/withdraw_request.ts";
import { assertBooksAgree } from "../books.ts";
import { answered, type CallConsole, callerWith, consoleAs, PROGRAM } from "../console_callers.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { openWorld, type World } from "../world.ts";

/** A slip is withdrawn while a phone begins to pay it, where transactions really run side by side. */

const STORY = "two_bills";
const ROUNDS = 15;
const PHONES = 3;

Deno.test("a request that is told withdrawn is never paid afterwards (R-PAY-15)", async (t) => {
  await using server = await startPostgresServer();
  await using world = await openWorld({
    databaseServer: { url: server.url, through: server.url },
  });
  const { code, path } = await getOrganisation({ db: world.own.db }, world.terminal.institutionId);
  const call = consoleAs(world, callerWith(PROGRAM, ["payment.request"], path));
  const other = world.another().slips;

  await t.step("withdrawn between the slip's reservation and its order: no order", async () => {
    const { number, token } = await askForNewBills(world, call, code);
    const { slips } = world.services;
    let isWithdrawn = false;
    const held: SlipDeps = {
      ...slips,
      checkout: {
        ...slips.checkout,
        async patientIdsOf(id, tx) {
          if (!isWithdrawn) {
            isWithdrawn = true;
            const request = await findSlip(other, token);
            assert.ok(request?.order_id, "the order's id stands in the row by now");
            await withdrawRequest(other, { actor: systemActor("orders") }, request);
          }
          return await slips.checkout.patientIdsOf(id, tx);
        },
      },
    };
    await press(held, world, token);
    assert.ok(isWithdrawn);
    const view = await answered<PaymentRequest>(
      call("GET", `/payment-requests/${code}/${number}`),
    );
    assert.deepEqual([view.state, view.order], ["withdrawn", null]);
    assert.deepEqual(await ordersOf(world), []);
  });

  for (let round = 0; round < ROUNDS; round++) {
    const before = (await ordersOf(world)).length;
    const { number, token } = await askForNewBills(world, call, code);
    const address = `/payment-requests/${code}/${number}`;
    const [told] = await Promise.all([
      pause(round * 4).then(() => answered<PaymentRequest>(call("DELETE", address))),
      ...Array.from(
        { length: PHONES },
        (_, n) => press(n % 2 === 0 ? world.services.slips : other, world, token),
      ),
    ]);
    const after = (await ordersOf(world)).length;
    const view = await answered<PaymentRequest>(call("GET", address));
    assert.equal(after - before, told.state === "withdrawn" ? 0 : 1, `round ${round}`);
    assert.equal(view.state, told.state, `round ${round}`);
  }
  await assertBooksAgree(world, "withdrawn at once");
});

interface Asked {
  readonly number: string;
  readonly token: string;
}

async function askForNewBills(world: World, call: CallConsole, code: string): Promise<Asked> {
  const { idNumber } = world.person(STORY);
  const written = await world.control(`/his/sandbox/persons/${idNumber}/bills`, { count: 1 });
  const { billIds } = await written.json();
  const by = { kind: "id_number", idNumber } as const;
  const { his } = world.services.platform.parties;
  const found = await his.findPatient({ institutionCode: code, by });
  assert.ok(found.kind === "done" && found.value);
  const number = world.id();
  const { url } = await answered<PaymentRequest>(
    call("POST", "/payment-requests", {
      institution: code,
      number,
      patientNumber: found.value.patientId,
      bills: { billIds },
    }),
    201,
  );
  const token = url?.slice(-32);
  assert.ok(token);
  return { number, token };
}

/** As a phone that was shown the slip; what it was shown is not agreed to, so nothing is paid. */
async function press(deps: SlipDeps, world: World, token: string): Promise<void> {
  const form = { id: world.id(), way: "show_code", shownFen: "1" };
  await paySlip(deps, token, { form, actor: systemActor("orders") });
}

async function ordersOf(world: World): Promise<unknown[]> {
  return await world.own.db.selectFrom("checkout_order").select("id").execute();
}

/** Real time, since what races runs in it. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
