import { type Certificate, nameToText, parseCertificate } from "../../../../crypto/certificates.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import type { TaggedColumns } from "../../../platform/row_tags.ts";
import type { CertificateView } from "./contract.ts";
import type { CertificateTables } from "./tables.ts";

export type CertificateRow = CertificateTables["account_certificate"];

/** As `Sealer` names the column. */
export const CERTIFICATE_COLUMN = "account_certificate.certificate";
/** So long before its end a new one has to be asked for. */
const SOON_MS = 30 * 86_400_000;

/** The fingerprint stands for the certificate, whose sealed bytes change with the sealing key. */
export function certificateColumns(row: Omit<CertificateRow, "tag">): TaggedColumns {
  return {
    id: row.id,
    account_id: row.account_id,
    fingerprint: row.fingerprint,
    not_after: row.not_after,
    enrolled_at: row.enrolled_at,
    removed_at: row.removed_at,
    removed_by: row.removed_by,
  };
}

export async function openCertificate(
  sealer: Sealer,
  row: Pick<CertificateRow, "certificate_sealed">,
): Promise<Certificate> {
  const text = await sealer.open(CERTIFICATE_COLUMN, row.certificate_sealed);
  return parseCertificate(Uint8Array.fromBase64(text));
}

export function certificateView(
  row: CertificateRow,
  certificate: Certificate,
  now: Date,
): CertificateView {
  return {
    id: row.id,
    fingerprint: row.fingerprint.toHex(),
    subject: nameToText(certificate.subject),
    issuer: nameToText(certificate.issuer),
    serialNumber: certificate.serialNumber.toHex(),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    state: certificateState(row, now),
    enrolledAt: row.enrolled_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}

function certificateState(row: CertificateRow, now: Date): CertificateView["state"] {
  if (row.removed_at !== null) return "removed";
  const leftMs = row.not_after.getTime() - now.getTime();
  if (leftMs < 0) return "expired";
  return leftMs < SOON_MS ? "expires_soon" : "valid";
}
