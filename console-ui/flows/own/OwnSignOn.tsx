import type { JSX } from "preact";
import type { SsoLinkView } from "../../../server/modules/access/sso/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { valueOf } from "../loaded.ts";
import type { OwnModelInstance } from "./model.ts";

const WORDS = ZH.own.sso;

const COLUMNS: readonly Column<SsoLinkView>[] = [
  {
    title: WORDS.columns.subject,
    role: "head",
    cell: ({ subject, inUse }) => (
      <span class="row">
        <Name>{subject}</Name>
        {!inUse && <Tag tone="still">{WORDS.notInUse}</Tag>}
      </span>
    ),
  },
  { title: WORDS.columns.provider, cell: ({ provider }) => WORDS.provider[provider] },
  {
    title: WORDS.columns.linkedAt,
    class: "moment",
    cell: ({ linkedAt }) => momentText(linkedAt),
  },
  {
    title: WORDS.columns.lastUsedAt,
    class: "moment",
    cell: ({ lastUsedAt }) => lastUsedAt === null ? WORDS.never : momentText(lastUsedAt),
  },
];

interface OwnSignOnProps {
  readonly flow: OwnModelInstance;
}

export function OwnSignOn({ flow }: OwnSignOnProps): JSX.Element {
  const { providers = [], links = [] } = valueOf(flow.sso) ?? {};
  return (
    <section aria-labelledby="own-sso">
      <div class="section-head">
        <div>
          <h2 class="panel-title" id="own-sso">{WORDS.title}</h2>
          <p class="field-hint">{WORDS.lead}</p>
        </div>
        <div class="row">
          {providers.map(({ provider, title }) => (
            <Button
              key={provider}
              onClick={() => void goTo(flow, provider)}
              data-testid={`link-${provider}`}
            >
              {WORDS.link(title)}
            </Button>
          ))}
        </div>
      </div>
      <div class="listing" data-testid="sso-table">
        <LoadedBox of={flow.sso}>
          {() =>
            links.length === 0
              ? <p class="listing-none">{providers.length === 0 ? WORDS.off : WORDS.none}</p>
              : (
                <TableFrame
                  caption={WORDS.title}
                  columns={[...COLUMNS, unlinkColumn(flow)]}
                  rows={links}
                  rowKey={({ id }) => id}
                />
              )}
        </LoadedBox>
      </div>
    </section>
  );
}

function unlinkColumn(flow: OwnModelInstance): Column<SsoLinkView> {
  return {
    title: ZH.table.actions,
    cell: (link) => (
      <Button
        size="sm"
        onClick={() => flow.deeds.openUnlink(link)}
        data-testid="unlink"
      >
        {WORDS.unlink}
      </Button>
    ),
  };
}

/** Away from the console, to the provider's own page. */
async function goTo(flow: OwnModelInstance, provider: string): Promise<void> {
  const url = await flow.deeds.link(provider);
  if (url !== null) location.assign(url);
}
