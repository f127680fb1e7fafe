import type { Patient } from "./patients.ts";

/** The doctor writes a bill; always the same one, so that visits can be compared. */
export async function writeBill(hisUrl: string, patient: Patient): Promise<void> {
  const { person, institutionCode } = patient;
  const response = await fetch(`${hisUrl}/sandbox/persons/${person.idNumber}/bills`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ institutionCode, prescription: "cold" }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot write a bill: HIS sandbox said ${text}`);
}
