import type { JSX } from "preact";
import type { TotpEnrolment } from "../../api/endpoints/own.ts";
import { ZH } from "../../i18n/zh.ts";
import { QrCode } from "../../ui/QrCode.tsx";

const WORDS = ZH.enrolment;

/** For an authenticator to scan, or to be typed in; shown this once. */
export function TotpSecret({ enrolment }: { readonly enrolment: TotpEnrolment }): JSX.Element {
  return (
    <div class="enrolment">
      <QrCode text={enrolment.otpauthUrl} label={WORDS.qr} />
      <div>
        <p class="field-hint">{WORDS.secret}</p>
        <p class="secret" data-testid="totp-secret">{grouped(enrolment.secret)}</p>
      </div>
    </div>
  );
}

/** Groups of four, as authenticators show it. */
function grouped(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}
