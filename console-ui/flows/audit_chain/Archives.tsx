import type { JSX } from "preact";
import type { ArchiveView } from "../../../server/modules/audit/archive/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { NothingBox } from "../../ui/StateBox.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { AuditChainModelInstance } from "./model.ts";

const WORDS = ZH.chain;
const COLUMNS = Object.values(WORDS.columns);

interface ArchivesProps {
  readonly flow: AuditChainModelInstance;
  readonly archives: readonly ArchiveView[];
}

/** All months; the platform answers them at once. */
export function Archives({ flow, archives }: ArchivesProps): JSX.Element {
  if (archives.length === 0) return <NothingBox title={WORDS.none} testId="nothing" />;
  return (
    <section class="listing" data-testid="archives">
      <div class="table-frame" tabIndex={0} role="group" aria-label={WORDS.archives}>
        <table class="table">
          <thead>
            <tr>{COLUMNS.map((title) => <th key={title} scope="col">{title}</th>)}</tr>
          </thead>
          <tbody>
            {archives.map((archive) => (
              <tr key={archive.month} data-key={archive.month}>
                <th scope="row">
                  <span class="moment">{archive.month}</span>
                  {archive.faults.map((fault) => (
                    <span key={fault} class="cell-detail">
                      <Tag tone="bad">{WORDS.fault}</Tag> <Name>{fault}</Name>
                    </span>
                  ))}
                </th>
                <td class="moment">{WORDS.count(archive.events)}</td>
                <td class="moment">{momentText(archive.archivedAt)}</td>
                <td class="moment">{momentText(archive.keepUntil)}</td>
                <td>
                  <code class="digest">{archive.fileDigest}</code>
                </td>
                <td>
                  <Deletion flow={flow} archive={archive} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface DeletionProps {
  readonly flow: AuditChainModelInstance;
  readonly archive: ArchiveView;
}

function Deletion({ flow, archive }: DeletionProps): JSX.Element {
  const { deletion, droppedAt, month } = archive;
  if (droppedAt !== null) return <>{WORDS.dropped(momentText(droppedAt))}</>;
  const deeds = flow.deedsFor(archive);
  return (
    <div class="cell-stack">
      {deletion !== null && (
        <>
          <Tag tone={deletion.state === "requested" ? "wait" : "bad"}>
            {WORDS.deletion[deletion.state]}
          </Tag>
          <Name>{WORDS.deletion.reason(deletion.reason)}</Name>
          {flow.isOwn(archive) && <span class="soft">{WORDS.deletion.own}</span>}
        </>
      )}
      {deletion === null && deeds.length === 0 && <span class="soft">{WORDS.deletion.early}</span>}
      {deeds.length > 0 && (
        <span class="row">
          {deeds.map((deed) => (
            <Button
              key={deed}
              size="sm"
              onClick={() => flow.ask({ deed, month })}
              aria-label={WORDS[`${deed}Title`](month)}
              data-testid={`${deed}-${month}`}
            >
              {WORDS[deed]}
            </Button>
          ))}
        </span>
      )}
    </div>
  );
}
