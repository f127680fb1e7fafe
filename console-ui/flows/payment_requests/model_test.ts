import assert from "node:assert/strict";
import { BOOKS_SESSION, IN_FLIGHT, REQUEST_LINE } from "../../testing/books.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { yes } from "../../testing/scripted_port.ts";
import { startedStage } from "../../testing/stage.ts";

const SESSION = { "GET /session": [yes(BOOKS_SESSION)] };
const PLACE = "019a8f3e-5c00-7abc-8def-0000000000c1";

Deno.test("PaymentRequestsModel narrows by what the address asks, and turns pages", async () => {
  const stage = await startedStage({
    address: `/console/payment-requests?number=CF-1&organisationId=${PLACE}`,
    script: {
      ...SESSION,
      "GET /payment-requests": [
        yes({ requests: [REQUEST_LINE], next: REQUEST_LINE.id }),
        yes({ requests: [], next: null }),
        yes({ requests: [], next: null }),
      ],
    },
  });
  const flow = shownPage(stage, "payment-requests")?.flow;
  assert.ok(flow);
  await flow.list.next();
  const narrowed = { number: "CF-1", organisationId: PLACE };
  const asked = () =>
    stage.port.asked.filter(({ name }) => name === "GET /payment-requests")
      .map(({ request }) => request);
  assert.deepEqual(asked(), [
    { query: narrowed },
    { query: { ...narrowed, cursor: REQUEST_LINE.id } },
  ]);
  flow.search({ number: "不是单号" });
  await settle();
  assert.deepEqual(asked().at(-1), { query: {} }, "what is no number is not asked for");
});

Deno.test("InFlightModel counts at the place of the address, and names it", async () => {
  const stage = await startedStage({
    address: `/console/in-flight?organisationId=${PLACE}`,
    script: { ...SESSION, "GET /orders/in-flight": [yes(IN_FLIGHT)] },
  });
  const flow = shownPage(stage, "in-flight")?.flow;
  assert.ok(flow);
  const [asked] = stage.port.asked.filter(({ name }) => name === "GET /orders/in-flight");
  assert.deepEqual(asked?.request, { query: { organisationId: PLACE } });
  assert.equal(flow.picker.chosen.value?.name, IN_FLIGHT.organisation?.name);
});
