import { z } from "zod";

/** Of the control route that closes an institution's month. */
export const clearMonthSchema = z.strictObject({
  institution: z.string().regex(/^[HP]\d{11}$/),
  month: z.string().regex(/^\d{4}-\d{2}$/),
});
