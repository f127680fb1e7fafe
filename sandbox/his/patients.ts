import type * as wire from "../../server/gateways/his/wire.ts";
import type { CityInstitution } from "../city/city.ts";
import { type Answer, ok, refuse } from "./answer.ts";
import type { His } from "./his_calls.ts";
import { findPatientBy, insertPatient } from "./his_store.ts";
import { textIn } from "../sqlite.ts";

export function findPatient(his: His, body: wire.FindPatient): Answer {
  return ok({ patient: findPatientBy(his.store, body.institutionCode, keyOf(body.by)) });
}

function keyOf(by: wire.PatientKey): Parameters<typeof findPatientBy>[2] {
  switch (by.kind) {
    case "id_number":
      return { column: "id_number", value: by.idNumber };
    case "social_security":
      // 社会保障号码 is the citizen ID number.
      return { column: "id_number", value: by.socialSecurityNumber };
    case "card":
      return { column: "card_number", value: by.cardNumber };
    case "health_index":
      return { column: "health_index", value: by.healthIndex };
    case "patient_id":
      return { column: "patient_id", value: by.patientId };
  }
}

export function createPatient(
  his: His,
  body: wire.CreatePatient,
  institution: CityInstitution,
): Answer {
  const { requestId, ...content } = body;
  const asked = JSON.stringify(content);
  const place = body.institutionCode;
  const before = his.store.find(
    "select content, patient_id from profile_request where request_id = ?",
    requestId,
  );
  if (before) {
    if (textIn(before, "content") !== asked) return refuse("conflict", "同一请求号内容不同");
    const value = textIn(before, "patient_id");
    return ok({ patient: findPatientBy(his.store, place, { column: "patient_id", value }) });
  }
  const key = { column: "id_number", value: body.idNumber } as const;
  const known = findPatientBy(his.store, place, key);
  if (known && known.name !== body.name) return refuse("identity_mismatch", "姓名与档案不符");
  const patient = known ?? newPatient(his, body, institution);
  his.store.run(
    "insert into profile_request (request_id, content, patient_id) values (?, ?, ?)",
    requestId,
    asked,
    patient.patientId,
  );
  return ok({ patient });
}

function newPatient(
  his: His,
  body: wire.CreatePatient,
  institution: CityInstitution,
): wire.HisPatient {
  const count = his.store.find("select count(*) as n from profile_request")?.["n"];
  const born = body.idNumber.slice(6, 14);
  const patient: wire.HisPatient = {
    patientId: `P${institution.code.slice(-6)}N${String(Number(count) + 1).padStart(6, "0")}`,
    name: body.name,
    idNumber: body.idNumber,
    gender: Number(body.idNumber.charAt(16)) % 2 === 1 ? "1" : "2",
    birth: `${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6)}`,
    phone: body.phone,
    healthIndex: null,
  };
  const person = his.city.persons.find((one) => one.idNumber === body.idNumber);
  const cardNumber = person?.card?.number ?? null;
  insertPatient(his.store, institution.code, { ...patient, cardNumber });
  return patient;
}
