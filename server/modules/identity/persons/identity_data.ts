import type { Kysely } from "kysely";
import type { Erased, PersonalData, PersonalRecords } from "../../../platform/personal_data.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import { deleteConsents, selectConsents } from "../consent/store.ts";
import { openPerson } from "../find_identification.ts";
import { findPatientById } from "../store.ts";
import type { IdentityTables } from "../tables.ts";
import { eraseIdentity, selectIdentifications, selectMedia } from "./store.ts";

export interface IdentityDataDeps {
  readonly db: Kysely<IdentityTables>;
  readonly sealer: Sealer;
}

/** Who the person is, by what he showed it, where he was, and what he agreed to. */
export function identityData(deps: IdentityDataDeps): PersonalData<IdentityTables> {
  return {
    async find({ patientId }) {
      const rows = await selectIdentifications(deps.db, patientId);
      return { identifications: rows.map(({ id, at }) => ({ id, at })) };
    },
    collect: ({ patientId }) => collect(deps, patientId),
    async erase(tx, { patientId }, now): Promise<Erased> {
      const consents = await deleteConsents(tx, patientId);
      const { media, institutions, answers } = await eraseIdentity(tx, patientId, now);
      return {
        erased: [
          { what: "姓名、证件号码、手机号码", rows: 1 },
          { what: "卡、码等介质", rows: media },
          { what: "就诊机构关系", rows: institutions },
          { what: "识别应答和医院病人编号", rows: answers },
          { what: "同意记录", rows: consents },
        ],
        kept: [],
      };
    },
  };
}

async function collect(
  { db, sealer }: IdentityDataDeps,
  patientId: string,
): Promise<PersonalRecords[]> {
  const patient = await findPatientById(db, patientId);
  const person = patient && await openPerson(sealer, patient);
  const media = await selectMedia(db, patientId);
  const visits = await selectIdentifications(db, patientId);
  const consents = await selectConsents(db, patientId);
  return [
    {
      name: "identity",
      title: "身份信息",
      rows: person
        ? [{
          姓名: person.name,
          证件号码: person.idNumber,
          手机号码: person.phone,
          建立时间: patient.created_at.toISOString(),
        }]
        : [],
    },
    {
      name: "media",
      title: "卡、码等介质",
      rows: media.map((row) => ({ 种类: row.kind, 最后使用: row.last_seen_at.toISOString() })),
    },
    {
      name: "identifications",
      title: "身份识别记录",
      rows: visits.map((row) => ({
        编号: row.id,
        时间: row.at.toISOString(),
        凭证种类: row.credential_kind,
        机构: row.institution_id,
      })),
    },
    {
      name: "consents",
      title: "同意记录",
      rows: consents.map((row) => ({
        时间: row.at.toISOString(),
        目的: row.purpose,
        决定: row.decision === "given" ? "同意" : "撤回",
        告知书版本: row.notice_version,
      })),
    },
  ];
}
