import type { ConsentPurpose } from "./consent/contract.ts";
import type { CredentialKind } from "./person.ts";

export interface IdentityTables {
  patient: {
    id: string;
    /** Of an erased person these are null, and the row keeps what was paid apart from others'. */
    name_sealed: Uint8Array | null;
    id_number_sealed: Uint8Array | null;
    id_number_index: Uint8Array | null;
    phone_sealed: Uint8Array | null;
    phone_index: Uint8Array | null;
    created_at: Date;
    erased_at: Date | null;
  };
  patient_credential: {
    kind: CredentialKind;
    value_index: Uint8Array;
    /** Of the number printed on a card; null for media without one. */
    number_index: Uint8Array | null;
    patient_id: string;
    last_seen_at: Date;
  };
  identification: {
    id: string;
    at: Date;
    institution_id: string;
    terminal_id: string;
    /** Null when the answer is no longer given again. */
    request_index: Uint8Array | null;
    /** `his_record`: nobody showed anything, HIS named the patient by its own number. */
    credential_kind: CredentialKind | "his_record";
    patient_id: string;
    his_patient_id: string | null;
    reply_sealed: Uint8Array | null;
    can_create: boolean;
    expires_at: Date;
    ended_at: Date | null;
  };
  /** Where a person was identified: who may see him in the console. */
  patient_institution: {
    patient_id: string;
    institution_id: string;
    since: Date;
  };
  consent: {
    id: string;
    at: Date;
    patient_id: string;
    institution_id: string;
    identification_id: string | null;
    purpose: ConsentPurpose;
    decision: "given" | "withdrawn";
    notice_version: string;
    by_kind: "terminal" | "account";
    by_id: string;
    evidence: string | null;
  };
}

export const IDENTITY_PARTITIONED = ["identification", "consent"] as const;
