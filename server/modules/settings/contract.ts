import { z } from "@hono/zod-openapi";

/** The services a terminal can offer (R-KIO-01); which are open where is data (R-KIO-19). */
export const SERVICES = ["pay", "register", "inpatient"] as const;

/** Whom the platform asks to settle with insurance: the centre itself, HIS, or the centre for mobile payment. */
export const INSURANCE_ROUTES = ["fsi", "his", "mobile"] as const;

/** The ways to pay that a terminal may offer; the wire's and the rows' own words for them. */
export const OFFERED_MODES = [
  "show_code",
  "scan_code",
  "card",
  "citizen_code",
  "medical_mix",
] as const;

/** What is typed beside a face: nothing, the ID number's last four characters, or all of it. */
export const FACE_CHECKS = ["none", "last4", "all18"] as const;

export const serviceStateSchema = z.object({
  service: z.enum(SERVICES),
  open: z.boolean(),
  /** Why it is closed; `switching`: no new orders till the institution was switched over. */
  reason: z.enum(["closed_here", "outside_hours", "switching"]).nullable(),
  /** What the institution says of it; absent where the screen has its own words. */
  text: z.string().optional(),
}).openapi("ServiceState");

/** All a terminal shows before anybody has come. */
export const terminalSettingsSchema = z.object({
  terminal: z.object({
    number: z.string().openapi({ description: "Short number on the cabinet", example: "0317" }),
    suspended: z.boolean().openapi({ description: "暂停服务" }),
  }),
  institution: z.object({ name: z.string(), code: z.string(), staffPhone: z.string() }),
  brand: z.object({
    product: z.string().openapi({ example: "社区诊疗一卡通" }),
    city: z.string(),
    logoSvg: z.string().nullable(),
    accent: z.string().nullable(),
  }),
  services: z.array(serviceStateSchema),
  idle: z.object({ warnAfterMs: z.number().int(), endAfterMs: z.number().int() }),
  tenderModes: z.array(z.enum(OFFERED_MODES)),
  faceCheck: z.enum(FACE_CHECKS),
  serverTime: z.iso.datetime(),
}).openapi("TerminalSettings");

export type Service = (typeof SERVICES)[number];
export type ServiceState = z.infer<typeof serviceStateSchema>;
export type TerminalSettings = z.infer<typeof terminalSettingsSchema>;
