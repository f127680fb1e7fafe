import { Hono } from "hono";
import type { CardPayments } from "./card_payments.ts";
import {
  cardActRequest,
  confirmRequest,
  newOrderRequest,
  printRequest,
  readBody,
  tenderRequest,
} from "./local_requests.ts";
import { makePayLink } from "./platform_calls.ts";
import type { PlatformClient } from "./platform_client.ts";
import type { OrderAnswer } from "./orders.ts";
import type { PatientSession } from "./patient_session.ts";
import { type PrintDeps, printOrder } from "./print_order.ts";
import { ORDER_NOT_HERE, passAnswer, passProblem, refuse, SESSION_ENDED } from "./problems.ts";

export interface OrderRouteDeps extends PrintDeps {
  readonly session: PatientSession;
  readonly cards: CardPayments;
  readonly client: PlatformClient;
}

export function orderRoutes(deps: OrderRouteDeps): Hono {
  const { orders, session, cards } = deps;
  const app = new Hono();
  app.post("/", async (context) => {
    const body = await readBody(context, newOrderRequest);
    if (body instanceof Response) return body;
    if (!session.holds(body.identificationId)) return refuse(SESSION_ENDED);
    return answerOrder(await orders.create(body));
  });
  app.get("/:id", (context) => answerOrder(orders.look(context.req.param("id"))));
  app.post("/:id/confirm", async (context) => {
    const body = await readBody(context, confirmRequest);
    if (body instanceof Response) return body;
    return answerOrder(await orders.confirm(context.req.param("id"), body.quoteVersion));
  });
  app.post("/:id/tender", async (context) => {
    const body = await readBody(context, tenderRequest);
    if (body instanceof Response) return body;
    return answerOrder(await orders.chooseTender(context.req.param("id"), body));
  });
  app.post(
    "/:id/tender/close",
    async (context) => answerOrder(await orders.closeTender(context.req.param("id"))),
  );
  app.post("/:id/pay-link", async (context) => {
    const id = context.req.param("id");
    if (!orders.findShown(id)) return refuse(ORDER_NOT_HERE);
    return passAnswer(await deps.client.call(makePayLink(id)));
  });
  app.post("/:id/card", (context) => {
    const refusal = cards.start(context.req.param("id"));
    return refusal ? refuse(refusal) : context.body(null, 204);
  });
  app.post("/:id/card/act", async (context) => {
    const body = await readBody(context, cardActRequest);
    if (body instanceof Response) return body;
    cards.act(context.req.param("id"), body.act);
    return context.body(null, 204);
  });
  app.post(
    "/:id/cancel",
    async (context) => answerOrder(await orders.cancel(context.req.param("id"))),
  );
  app.post("/:id/print", async (context) => {
    const body = await readBody(context, printRequest);
    if (body instanceof Response) return body;
    const reply = await printOrder(deps, { orderId: context.req.param("id"), slip: body.slip });
    return "kind" in reply ? context.json(reply) : refuse(reply);
  });
  return app;
}

function answerOrder(answer: OrderAnswer): Response {
  switch (answer.kind) {
    case "reply":
      return Response.json(answer.reply);
    case "problem":
      return passProblem(answer.problem);
    case "refusal":
      return refuse(answer.refusal);
  }
}
