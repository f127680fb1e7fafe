import type { PersonalRecordsOf, Subject } from "../../../platform/personal_data.ts";

/** Under which keys the modules know a person; each adds to what those before it found. */
export async function findSubject(
  personalData: readonly PersonalRecordsOf[],
  patientId: string,
): Promise<Subject> {
  let subject: Subject = { patientId, identifications: [], orders: [] };
  for (const part of personalData) subject = { ...subject, ...await part.find?.(subject) };
  return subject;
}
