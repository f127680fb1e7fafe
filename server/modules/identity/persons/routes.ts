import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { type ConsoleEnv, needs } from "../../access/console_routes.ts";
import { consentListSchema, withdrawConsentBodySchema } from "../consent/contract.ts";
import { listConsents, withdrawConsent } from "../consent/record_consent.ts";
import {
  erasureSchema,
  personReasonBodySchema,
  personViewSchema,
  revealedPersonSchema,
  revealPersonBodySchema,
  searchPersonsBodySchema,
  searchPersonsReplySchema,
} from "./contract.ts";
import { erasePerson, type ErasePersonDeps } from "./erase_person.ts";
import { exportPerson, type ExportPersonDeps } from "./export_person.ts";
import { revealPerson, type RevealPersonDeps } from "./reveal_person.ts";
import { getPerson, searchPersons } from "./search_persons.ts";

export type PersonRoutesDeps = RevealPersonDeps & ExportPersonDeps & ErasePersonDeps;

const params = z.object({ id: idField });

const searchRoute = createRoute({
  method: "post",
  path: "/persons/search",
  summary: "Persons with this number, masked",
  request: jsonBody(searchPersonsBodySchema),
  responses: { 200: jsonReply(searchPersonsReplySchema, "Found"), ...PROBLEM_REPLIES },
  ...needs("person.read"),
});

const personRoute = createRoute({
  method: "get",
  path: "/persons/{id}",
  summary: "One person, masked",
  request: { params },
  responses: { 200: jsonReply(personViewSchema, "Person"), ...PROBLEM_REPLIES },
  ...needs("person.read"),
});

const revealRoute = createRoute({
  method: "post",
  path: "/persons/{id}/reveal",
  summary: "Fields of one person in clear, with a reason",
  request: { params, ...jsonBody(revealPersonBodySchema) },
  responses: { 200: jsonReply(revealedPersonSchema, "In clear"), ...PROBLEM_REPLIES },
  ...needs("person.reveal", { confirmed: true }),
});

const exportRoute = createRoute({
  method: "post",
  path: "/persons/{id}/export",
  summary: "All that is held on one person, for that person (个人信息保护法 45)",
  request: { params, ...jsonBody(personReasonBodySchema) },
  responses: {
    200: {
      description: "ZIP of JSON and CSV",
      content: { "application/zip": { schema: z.string().openapi({ format: "binary" }) } },
    },
    ...PROBLEM_REPLIES,
  },
  ...needs("person.export", { confirmed: true }),
});

const eraseRoute = createRoute({
  method: "post",
  path: "/persons/{id}/erase",
  summary: "Removes what names a person (个人信息保护法 47)",
  request: { params, ...jsonBody(personReasonBodySchema) },
  responses: { 200: jsonReply(erasureSchema, "What went and what stays"), ...PROBLEM_REPLIES },
  ...needs("person.erase", { confirmed: true }),
});

const consentsRoute = createRoute({
  method: "get",
  path: "/persons/{id}/consents",
  summary: "What a person agreed to and withdrew",
  request: { params },
  responses: { 200: jsonReply(consentListSchema, "Newest first"), ...PROBLEM_REPLIES },
  ...needs("person.read"),
});

const withdrawRoute = createRoute({
  method: "post",
  path: "/persons/{id}/consents/withdraw",
  summary: "A person withdraws a consent at a counter",
  request: { params, ...jsonBody(withdrawConsentBodySchema) },
  responses: { 200: jsonReply(consentListSchema, "Newest first"), ...PROBLEM_REPLIES },
  ...needs("person.erase", { confirmed: true }),
});

export function personRoutes(deps: PersonRoutesDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(searchRoute, async (c) => {
    const persons = await searchPersons(deps, c.get("caller"), c.req.valid("json"));
    return c.json({ persons }, 200);
  });
  routes.openapi(personRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await getPerson(deps, c.get("caller"), id), 200);
  });
  routes.openapi(revealRoute, async (c) => {
    const { id } = c.req.valid("param");
    const body = c.req.valid("json");
    return c.json(await revealPerson(deps, c.get("caller"), { id, body }), 200);
  });
  routes.openapi(exportRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { reason } = c.req.valid("json");
    const zip = await exportPerson(deps, c.get("caller"), { id, reason });
    return c.body(zip, 200, {
      "content-type": "application/zip",
      "content-disposition": `attachment; filename="person-${id}.zip"`,
    });
  });
  routes.openapi(eraseRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { reason } = c.req.valid("json");
    return c.json(await erasePerson(deps, c.get("caller"), { id, reason }), 200);
  });
  routes.openapi(consentsRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json({ consents: await listConsents(deps, c.get("caller"), id) }, 200);
  });
  routes.openapi(withdrawRoute, async (c) => {
    const { id } = c.req.valid("param");
    await withdrawConsent(deps, c.get("caller"), { id, body: c.req.valid("json") });
    return c.json({ consents: await listConsents(deps, c.get("caller"), id) }, 200);
  });
  return routes;
}
