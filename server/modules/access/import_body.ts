import { z } from "zod";
import { DomainError } from "../../platform/errors.ts";
import { IMPORT_BYTES_MAX } from "./import_file.ts";

/** The file itself is the body: no name comes with it, so none can lead anywhere. */
export const CSV_BODY = {
  body: {
    required: true,
    description: "UTF-8 or GB18030",
    content: { "text/csv": { schema: z.string() } },
  },
} as const;

/** Throws DomainError `access.too_large` as soon as it is. */
export async function readImportBody(request: Request): Promise<Uint8Array> {
  const whole = new Uint8Array(IMPORT_BYTES_MAX);
  let length = 0;
  for await (const part of request.body ?? []) {
    if (length + part.length > IMPORT_BYTES_MAX) {
      throw new DomainError(
        "access.too_large",
        `Cannot import: expected at most ${IMPORT_BYTES_MAX} bytes`,
      );
    }
    whole.set(part, length);
    length += part.length;
  }
  return whole.subarray(0, length);
}
