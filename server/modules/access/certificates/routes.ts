import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createRoutes, jsonBody, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { idField } from "../../../platform/openapi.ts";
import { type ConsoleEnv, needs, OWN, requireConfirmed } from "../console_routes.ts";
import {
  certificateChallengeSchema,
  certificateListSchema,
  certificateViewSchema,
  enrolCertificateBodySchema,
} from "./contract.ts";
import { type CertificateDeps, challengeToEnrol, enrolCertificate } from "./enrol_certificate.ts";
import { listCertificates, listOwnCertificates } from "./list_certificates.ts";
import { removeCertificate } from "./remove_certificate.ts";

const ownRoute = createRoute({
  method: "get",
  path: "/own/certificates",
  summary: "The caller's certificates",
  responses: { 200: jsonReply(certificateListSchema, "Newest first"), ...PROBLEM_REPLIES },
  ...OWN,
});

const challengeRoute = createRoute({
  method: "post",
  path: "/own/certificates/challenges",
  summary: "A text for the certificate's key to sign",
  responses: { 200: jsonReply(certificateChallengeSchema, "Good once"), ...PROBLEM_REPLIES },
  ...OWN,
});

const enrolRoute = createRoute({
  method: "post",
  path: "/own/certificates",
  summary: "A certificate whose key answered a challenge",
  request: jsonBody(enrolCertificateBodySchema),
  responses: { 201: jsonReply(certificateViewSchema, "Enrolled"), ...PROBLEM_REPLIES },
  ...OWN,
});

const listRoute = createRoute({
  method: "get",
  path: "/accounts/{id}/certificates",
  summary: "Certificates of an account",
  request: { params: z.object({ id: idField }) },
  responses: { 200: jsonReply(certificateListSchema, "Newest first"), ...PROBLEM_REPLIES },
  ...needs("account.read"),
});

const removeRoute = createRoute({
  method: "post",
  path: "/accounts/{id}/certificates/{certificateId}/remove",
  summary: "The certificate opens nothing from now on",
  request: { params: z.object({ id: idField, certificateId: idField }) },
  responses: { 200: jsonReply(certificateViewSchema, "Removed"), ...PROBLEM_REPLIES },
  ...needs("factor.reset", { confirmed: true }),
});

export function certificateRoutes(deps: CertificateDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(ownRoute, async (c) => {
    return c.json({ certificates: await listOwnCertificates(deps, c.get("caller")) }, 200);
  });
  routes.openapi(challengeRoute, async (c) => {
    return c.json(await challengeToEnrol(deps, c.get("caller")), 200);
  });
  routes.openapi(enrolRoute, async (c) => {
    requireConfirmed(c.get("caller"), deps.clock.now());
    return c.json(await enrolCertificate(deps, c.get("caller"), c.req.valid("json")), 201);
  });
  routes.openapi(listRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json({ certificates: await listCertificates(deps, c.get("caller"), id) }, 200);
  });
  routes.openapi(removeRoute, async (c) => {
    const { id: accountId, certificateId } = c.req.valid("param");
    const removed = { accountId, certificateId };
    return c.json(await removeCertificate(deps, c.get("caller"), removed), 200);
  });
  return routes;
}
