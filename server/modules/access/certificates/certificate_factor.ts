import { equalBytes } from "../../../../crypto/bytes.ts";
import { sm3 } from "../../../../crypto/sm3.ts";
import type { CertificateFactor } from "../sign_in/factors/second_factor.ts";
import { judgeCertificate } from "./authorities.ts";
import { certificateColumns, type CertificateRow, openCertificate } from "./certificate_row.ts";
import { type ChallengeFor, makeChallenge, takeAnswer } from "./challenges.ts";
import type { CertificateProof } from "./contract.ts";
import type { CertificateDeps } from "./enrol_certificate.ts";
import { listUsableRows, touchCertificate } from "./store.ts";

/** As signing in asks for it. A certificate has to be good whenever it is used, not once. */
export function certificateFactor(deps: CertificateDeps): CertificateFactor {
  return {
    async count(accountId) {
      if (!deps.authorities) return 0;
      return (await listUsableRows(deps.db, { accountId, now: deps.clock.now() })).length;
    },
    challenge: (of) => makeChallenge(deps, { ...of, purpose: "sign_in" }),
    prove: (of, proof) => proveCertificate(deps, { ...of, purpose: "sign_in" }, proof),
  };
}

async function proveCertificate(
  deps: CertificateDeps,
  asked: ChallengeFor,
  proof: CertificateProof,
): Promise<boolean> {
  const isAnswered = await takeAnswer(deps, asked, proof);
  const now = deps.clock.now();
  for (const row of await listUsableRows(deps.db, { accountId: asked.accountId, now })) {
    const publicKey = await goodKeyOf(deps, row, now);
    if (!publicKey || !await isAnswered(publicKey)) continue;
    await deps.db.transaction().execute((tx) => touchCertificate(tx, row.id, now));
    return true;
  }
  return false;
}

/** Null where the row was changed past the platform or the certificate is not trusted any more. */
async function goodKeyOf(
  { rowTags, sealer, authorities }: CertificateDeps,
  row: CertificateRow,
  now: Date,
): Promise<Uint8Array | null> {
  const fits = await rowTags.fits("account_certificate", certificateColumns(row), row.tag);
  if (!fits || !authorities) return null;
  const certificate = await openCertificate(sealer, row);
  const isWhole = equalBytes(sm3(certificate.der), row.fingerprint);
  return isWhole && !judgeCertificate(authorities, certificate, now) ? certificate.publicKey : null;
}
