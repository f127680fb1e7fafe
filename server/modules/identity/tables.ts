import type { CredentialKind } from "./person.ts";

export interface IdentityTables {
  patient: {
    id: string;
    name_sealed: Uint8Array;
    id_number_sealed: Uint8Array;
    id_number_index: Uint8Array;
    phone_sealed: Uint8Array | null;
    created_at: Date;
  };
  patient_credential: {
    kind: CredentialKind;
    value_index: Uint8Array;
    patient_id: string;
    last_seen_at: Date;
  };
  identification: {
    id: string;
    at: Date;
    institution_id: string;
    terminal_id: string;
    request_index: Uint8Array;
    credential_kind: CredentialKind;
    patient_id: string;
    his_patient_id: string | null;
    reply_sealed: Uint8Array;
    can_create: boolean;
    expires_at: Date;
    ended_at: Date | null;
  };
}

export const IDENTITY_PARTITIONED = ["identification"] as const;
