import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";
import { SETTING_SHAPES, type SettingName, type SettingValue } from "../setting.ts";

/**
 * Settings in the console (`/api/console/v1`). They are set at a node of the tree and hold for
 * every terminal below it, until a node nearer to the terminal sets its own:
 *
 * | call | does |
 * |---|---|
 * | `GET /settings?organisationId` | SettingsReply: what holds at the node and where it comes from |
 * | `POST /settings` ChangeSettingBody | SettingsReply; confirmed |
 * | `POST /settings/reset` ResetSettingBody | SettingsReply: the node takes what comes from above; confirmed |
 *
 * | code | status | the console |
 * |---|---|---|
 * | `settings.changed_meanwhile` | 409 | somebody else was first: what holds is asked for anew |
 * | `access.not_found` | 404 | no such node, or none of the caller's |
 */

export const settingLevelField = z.enum(["default", "city", "town", "centre", "station"]).openapi({
  description: "`default`: nobody set it",
});

const sourceField = z.object({
  level: settingLevelField,
  /** Of the node; null for the default and for nodes that the caller does not see. */
  name: z.string().nullable(),
});

function settingViewOf<Shape extends z.ZodType>(shape: Shape) {
  return z.object({
    /** What holds at the node. */
    value: shape,
    from: sourceField,
    /** What would hold if the node did not set it. */
    inherited: z.object({ value: shape, from: sourceField }),
    /** When the node set it; null where it did not. */
    changedAt: timeField.nullable(),
    /** Sent back with a change; 0 where the node does not set it. */
    version: z.number().int(),
    /** Set here, and changed past the platform since: it does not count. */
    broken: z.boolean(),
  });
}

export const settingsReplySchema = z.object({
  organisation: z.object({
    id: idField,
    name: z.string(),
    kind: z.enum(["city", "town", "centre", "station"]),
  }),
  settings: z.object({
    "terminal.suspended": settingViewOf(SETTING_SHAPES["terminal.suspended"]),
    "services.open": settingViewOf(SETTING_SHAPES["services.open"]),
    "services.hours": settingViewOf(SETTING_SHAPES["services.hours"]),
    "kiosk.idle": settingViewOf(SETTING_SHAPES["kiosk.idle"]),
    "kiosk.brand": settingViewOf(SETTING_SHAPES["kiosk.brand"]),
    "kiosk.face_check": settingViewOf(SETTING_SHAPES["kiosk.face_check"]),
    "payment.modes": settingViewOf(SETTING_SHAPES["payment.modes"]),
    "checkout.profile": settingViewOf(SETTING_SHAPES["checkout.profile"]),
    "payment.schedules": settingViewOf(SETTING_SHAPES["payment.schedules"]),
    "checkout.alarms": settingViewOf(SETTING_SHAPES["checkout.alarms"]),
    "checkout.intake": settingViewOf(SETTING_SHAPES["checkout.intake"]),
    "refund.limits": settingViewOf(SETTING_SHAPES["refund.limits"]),
    "inpatient.deposits": settingViewOf(SETTING_SHAPES["inpatient.deposits"]),
    "insurance.route": settingViewOf(SETTING_SHAPES["insurance.route"]),
    "payment.merchants": settingViewOf(SETTING_SHAPES["payment.merchants"]),
  }),
}).openapi("SettingsReply");

export const settingsQuerySchema = z.strictObject({
  /** The first node of what the caller sees when absent. */
  organisationId: idField.optional(),
});

function settingOf<Name extends SettingName>(name: Name) {
  return z.strictObject({ name: z.literal(name), value: SETTING_SHAPES[name] });
}

/** The last moment there is. */
const VERSION_MAX = 8_640_000_000_000_000;

const at = {
  organisationId: idField,
  version: z.number().int().min(0).max(VERSION_MAX).openapi({
    description: "Of the view that was changed",
  }),
};

export const changeSettingBodySchema = z.strictObject({
  ...at,
  setting: z.discriminatedUnion("name", [
    settingOf("terminal.suspended"),
    settingOf("services.open"),
    settingOf("services.hours"),
    settingOf("kiosk.idle"),
    settingOf("kiosk.brand"),
    settingOf("kiosk.face_check"),
    settingOf("payment.modes"),
    settingOf("checkout.profile"),
    settingOf("payment.schedules"),
    settingOf("checkout.alarms"),
    settingOf("checkout.intake"),
    settingOf("refund.limits"),
    settingOf("inpatient.deposits"),
    settingOf("insurance.route"),
    settingOf("payment.merchants"),
  ]),
}).openapi("ChangeSettingBody");

export const resetSettingBodySchema = z.strictObject({
  ...at,
  name: settingsReplySchema.shape.settings.keyof(),
}).openapi("ResetSettingBody");

export type SettingSource = z.infer<typeof sourceField>;

export interface SettingView<Value> {
  readonly value: Value;
  readonly from: SettingSource;
  readonly inherited: { readonly value: Value; readonly from: SettingSource };
  readonly changedAt: string | null;
  readonly version: number;
  readonly broken: boolean;
}

export type SettingValues = { readonly [Name in SettingName]: SettingValue<Name> };

export interface SettingsReply {
  readonly organisation: z.infer<typeof settingsReplySchema>["organisation"];
  readonly settings: { readonly [Name in SettingName]: SettingView<SettingValue<Name>> };
}

export type SettingsQuery = z.infer<typeof settingsQuerySchema>;
export type ChangeSettingBody = z.infer<typeof changeSettingBodySchema>;
export type ResetSettingBody = z.infer<typeof resetSettingBodySchema>;
