import { z } from "@hono/zod-openapi";
import { idField } from "../../../platform/openapi.ts";
import { INSTITUTION_TYPES } from "../organisation.ts";
import { limitField, lineField, pageCursor } from "../page.ts";
import { seenVersionField } from "../row_version.ts";

/**
 * The organisation tree in the console, under `/api/console/v1`:
 *
 * | call | does |
 * |---|---|
 * | `GET /organisations?parentId&search&after&limit` OrganisationPage | children of a node, or without `parentId` the tops of what the caller sees; with `search` all below |
 * | `GET /organisations/{id}` OrganisationView | one |
 * | `POST /organisations` CreateOrganisationBody | 201 OrganisationView |
 * | `PATCH /organisations/{id}` ChangeOrganisationBody | OrganisationView |
 * | `POST /organisations/import/check` the file as `text/csv` | ImportReport; nothing is changed |
 * | `POST /organisations/import?digest&plan` the same file | ImportReport, done in one transaction |
 * | `GET /organisations/export` | the caller's part as CSV |
 */

const kindField = z.enum(["city", "town", "centre", "station"]);
const typeField = z.enum(INSTITUTION_TYPES).nullable().openapi({
  description: "Of centres and stations; null for the city and towns",
});
const nameField = lineField(100);
const phoneField = lineField(32).nullable();

/** What stands above it, from the city down, as far as the caller sees it. */
const aboveField = z.array(z.object({ id: idField, name: z.string() }));

export const organisationViewSchema = z.object({
  id: idField,
  parentId: idField.nullable(),
  kind: kindField,
  type: typeField,
  code: z.string(),
  name: z.string(),
  staffPhone: z.string().nullable(),
  childCount: z.number().int(),
  above: aboveField,
  /** To be sent back with a change. */
  version: z.string(),
}).openapi("OrganisationView");

export const organisationPageSchema = z.object({
  organisations: z.array(organisationViewSchema),
  /** For `after` of the next page; null on the last. */
  next: z.string().nullable(),
}).openapi("OrganisationPage");

export const organisationQuerySchema = z.strictObject({
  parentId: idField.optional(),
  /** Part of a name, or the beginning of a code. */
  search: lineField(50).optional(),
  after: pageCursor.optional(),
  limit: limitField,
});

export const createOrganisationBodySchema = z.strictObject({
  id: idField,
  parentId: idField,
  kind: z.enum(["town", "centre", "station"]),
  type: typeField,
  code: lineField(12),
  name: nameField,
  staffPhone: phoneField,
}).openapi("CreateOrganisationBody");

export const changeOrganisationBodySchema = z.strictObject({
  name: nameField.optional(),
  type: z.enum(INSTITUTION_TYPES).optional(),
  staffPhone: phoneField.optional(),
  /** As it was seen; another by now answers 409 `access.changed_meanwhile`. */
  version: seenVersionField,
}).openapi("ChangeOrganisationBody");

export type OrganisationView = z.infer<typeof organisationViewSchema>;
export type OrganisationPage = z.infer<typeof organisationPageSchema>;
export type OrganisationQuery = z.infer<typeof organisationQuerySchema>;
export type CreateOrganisationBody = z.infer<typeof createOrganisationBodySchema>;
export type ChangeOrganisationBody = z.infer<typeof changeOrganisationBodySchema>;
