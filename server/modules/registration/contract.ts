import { z } from "@hono/zod-openapi";
import { dayField, fenField } from "../../platform/openapi.ts";

export const departmentSchema = z.object({
  code: z.string().max(30),
  name: z.string(),
  location: z.string().nullable(),
  openSlots: z.number().int(),
}).openapi("Department");

/** A doctor's half-day with slots (号源). */
export const scheduleSchema = z.object({
  id: z.string().max(64),
  departmentCode: z.string(),
  departmentName: z.string(),
  doctorName: z.string(),
  doctorTitle: z.string(),
  day: dayField,
  half: z.enum(["morning", "afternoon"]),
  feeFen: fenField,
  openSlots: z.number().int(),
}).openapi("Schedule");

export const slotSchema = z.object({
  id: z.string().max(64),
  number: z.number().int().openapi({ description: "Queue number" }),
  startsAt: z.string().openapi({ description: "HH:mm, Beijing time", example: "09:20" }),
  endsAt: z.string(),
  open: z.boolean(),
}).openapi("Slot");

/** Where this patient usually goes (R-REG-06), with the next free slot there. */
export const habitSchema = z.object({
  schedule: scheduleSchema,
  slot: slotSchema,
  visits: z.number().int().openapi({ description: "Visits in the last year" }),
}).openapi("Habit");

export const departmentListSchema = z.object({
  departments: z.array(departmentSchema),
  habit: habitSchema.nullable(),
}).openapi("DepartmentList");
export const scheduleListSchema = z.object({ schedules: z.array(scheduleSchema) })
  .openapi("ScheduleList");
export const slotListSchema = z.object({ slots: z.array(slotSchema) }).openapi("SlotList");

export type Department = z.infer<typeof departmentSchema>;
export type Schedule = z.infer<typeof scheduleSchema>;
export type Slot = z.infer<typeof slotSchema>;
export type Habit = z.infer<typeof habitSchema>;
export type DepartmentList = z.infer<typeof departmentListSchema>;
export type ScheduleList = z.infer<typeof scheduleListSchema>;
export type SlotList = z.infer<typeof slotListSchema>;
