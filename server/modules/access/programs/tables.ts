export interface ProgramTables {
  program_key: {
    id: string;
    account_id: string;
    kind: "sm2" | "hmac";
    public_key: Uint8Array | null;
    secret: Uint8Array | null;
    wrap_version: number | null;
    created_by: string;
    created_at: Date;
    expires_at: Date;
    last_used_at: Date | null;
    ended_at: Date | null;
    ended_why: "manual" | "expired" | null;
    ended_by: string | null;
    tag: Uint8Array;
  };
  program_nonce: { key_id: string; nonce: Uint8Array; expires_at: Date };
}
