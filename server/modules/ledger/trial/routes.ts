import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { createRoutes, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { type ConsoleEnv, needs } from "../../access/console_routes.ts";
import {
  postingPageSchema,
  postingQuerySchema,
  trialBalanceQuerySchema,
  trialBalanceReplySchema,
} from "../contract.ts";
import {
  type BooksDeps,
  exportTrialBalance,
  listPostings,
  viewTrialBalance,
} from "./read_books.ts";

const balanceRoute = createRoute({
  method: "get",
  path: "/ledger/trial-balance",
  summary: "Every account of a node with all below it, on a day or at an instant",
  ...needs("ledger.read"),
  request: { query: trialBalanceQuerySchema },
  responses: { 200: jsonReply(trialBalanceReplySchema, "Sums to zero"), ...PROBLEM_REPLIES },
});
const exportRoute = createRoute({
  method: "get",
  path: "/ledger/trial-balance/export",
  summary: "The same by institution, for spreadsheets; leaves an event",
  ...needs("ledger.read"),
  request: { query: trialBalanceQuerySchema },
  responses: { 200: { description: "CSV, UTF-8" }, ...PROBLEM_REPLIES },
});
const postingsRoute = createRoute({
  method: "get",
  path: "/ledger/postings",
  summary: "What a day's balances are made of",
  ...needs("ledger.read"),
  request: { query: postingQuerySchema },
  responses: { 200: jsonReply(postingPageSchema, "A page"), ...PROBLEM_REPLIES },
});

export function booksRoutes(deps: BooksDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(
    balanceRoute,
    async (c) => c.json(await viewTrialBalance(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  routes.openapi(exportRoute, async (c) => {
    const csv = await exportTrialBalance(deps, c.get("caller"), c.req.valid("query"));
    return c.body(csv, 200, {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="trial-balance.csv"',
    });
  });
  routes.openapi(
    postingsRoute,
    async (c) => c.json(await listPostings(deps, c.get("caller"), c.req.valid("query")), 200),
  );
  return routes;
}
