export type ChallengePurpose = "enrol" | "sign_in";

export interface CertificateTables {
  account_certificate: {
    id: string;
    account_id: string;
    fingerprint: Uint8Array;
    certificate_sealed: Uint8Array;
    not_after: Date;
    enrolled_at: Date;
    last_used_at: Date | null;
    removed_at: Date | null;
    removed_by: string | null;
    tag: Uint8Array;
  };
  certificate_challenge: {
    id: string;
    account_id: string;
    purpose: ChallengePurpose;
    bound_to: string;
    text: string;
    created_at: Date;
    expires_at: Date;
    used_at: Date | null;
  };
}
