import type { JSX } from "preact";
import type { CertificateView } from "../../../server/modules/access/certificates/contract.ts";
import { dayOf, momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Fingerprint } from "../../ui/Fingerprint.tsx";
import { Button } from "../../ui/library.ts";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { OwnModelInstance } from "./model.ts";

const WORDS = ZH.own.certificate;
const TONES = { valid: "good", expires_soon: "wait", expired: "bad", removed: "still" } as const;

const COLUMNS: readonly Column<CertificateView>[] = [
  { title: WORDS.columns.subject, role: "head", cell: ({ subject }) => <Name>{subject}</Name> },
  { title: WORDS.columns.issuer, cell: ({ issuer }) => <Name>{issuer}</Name> },
  {
    title: WORDS.columns.fingerprint,
    cell: ({ fingerprint }) => <Fingerprint>{fingerprint}</Fingerprint>,
  },
  { title: WORDS.columns.notAfter, class: "moment", cell: ({ notAfter }) => dayOf(notAfter) },
  {
    title: WORDS.columns.state,
    cell: ({ state }) => <Tag tone={TONES[state]}>{WORDS.state[state]}</Tag>,
  },
  {
    title: WORDS.columns.lastUsedAt,
    class: "moment",
    cell: ({ lastUsedAt }) => lastUsedAt === null ? WORDS.never : momentText(lastUsedAt),
  },
];

export function OwnCertificates({ flow }: { readonly flow: OwnModelInstance }): JSX.Element {
  return (
    <section aria-labelledby="own-certificates">
      <div class="section-head">
        <div>
          <h2 class="panel-title" id="own-certificates">{WORDS.title}</h2>
          <p class="field-hint">{WORDS.lead}</p>
        </div>
        <Button onClick={() => void flow.deeds.openCertificate()} data-testid="add-certificate">
          {WORDS.add}
        </Button>
      </div>
      <div class="listing" data-testid="certificates-table">
        <LoadedBox of={flow.certificates}>
          {(certificates) =>
            certificates.length === 0 ? <p class="listing-none">{WORDS.none}</p> : (
              <TableFrame
                caption={WORDS.title}
                columns={COLUMNS}
                rows={certificates}
                rowKey={({ id }) => id}
              />
            )}
        </LoadedBox>
      </div>
    </section>
  );
}
