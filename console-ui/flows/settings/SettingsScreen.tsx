import type { JSX } from "preact";
import type { SettingsReply } from "../../../server/modules/settings/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { OrganisationField } from "../organisation_tree/OrganisationField.tsx";
import type { SettingsModelInstance } from "./model.ts";
import { fieldsOf, type SettingName } from "./setting_forms.ts";
import { settingText } from "./setting_text.ts";
import { SettingDialog } from "./SettingDialog.tsx";

const WORDS = ZH.settings;
const NAMES: readonly SettingName[] = [
  "terminal.suspended",
  "services.open",
  "services.hours",
  "checkout.intake",
  "kiosk.face_check",
  "payment.modes",
  "payment.merchants",
  "kiosk.idle",
  "kiosk.brand",
  "checkout.profile",
  "refund.limits",
  "inpatient.deposits",
  "insurance.route",
];

interface SettingsScreenProps {
  readonly flow: SettingsModelInstance;
}

export function SettingsScreen({ flow }: SettingsScreenProps): JSX.Element {
  const asked = flow.asked.value;
  return (
    <Page title={WORDS.title} lead={WORDS.lead} testId="settings">
      <div class="filters">
        <OrganisationField picker={flow.picker} label={WORDS.at} />
      </div>
      <LoadedBox of={flow.settings}>
        {(reply) => (
          <section class="listing" data-testid="settings-table">
            <TableFrame
              caption={WORDS.title}
              columns={columnsOf(flow, reply)}
              rows={NAMES}
              rowKey={(name) => name}
            />
            {asked && <SettingDialog flow={flow} asked={asked} reply={reply} />}
          </section>
        )}
      </LoadedBox>
    </Page>
  );
}

function columnsOf(
  flow: SettingsModelInstance,
  reply: SettingsReply,
): readonly Column<SettingName>[] {
  return [
    {
      title: WORDS.columns.name,
      role: "head",
      cell: (name) => (
        <>
          {WORDS.name[name]}
          <span class="cell-detail">{WORDS.about[name]}</span>
        </>
      ),
    },
    {
      title: WORDS.columns.value,
      cell: (name) => <Name>{settingText(name, fieldsOf(reply, name))}</Name>,
    },
    { title: WORDS.columns.from, cell: (name) => <Source view={reply.settings[name]} /> },
    ...(flow.mayChange.value
      ? [{
        title: WORDS.columns.actions,
        class: "moment",
        cell: (name: SettingName) => <Deeds flow={flow} reply={reply} name={name} />,
      }]
      : []),
  ];
}

interface SourceProps {
  readonly view: SettingsReply["settings"][SettingName];
}

function Source({ view }: SourceProps): JSX.Element {
  const { from: { level, name }, version, changedAt, broken } = view;
  if (version > 0 && !broken) {
    return (
      <>
        <Tag tone="good">{WORDS.here}</Tag>
        {changedAt !== null && (
          <span class="cell-detail moment">{WORDS.setAt(momentText(changedAt))}</span>
        )}
      </>
    );
  }
  return (
    <>
      <Name>{WORDS.inherited(WORDS.level[level], name)}</Name>
      {broken && <Tag tone="bad">{WORDS.broken}</Tag>}
    </>
  );
}

interface DeedsProps extends SettingsScreenProps {
  readonly reply: SettingsReply;
  readonly name: SettingName;
}

function Deeds({ flow, reply, name }: DeedsProps): JSX.Element {
  return (
    <div class="row">
      <Button
        size="sm"
        onClick={() => flow.ask("change", name)}
        aria-label={WORDS.changeOf(WORDS.name[name])}
        data-testid={`change-${name}`}
      >
        {WORDS.change}
      </Button>
      {reply.settings[name].version > 0 && (
        <Button
          size="sm"
          onClick={() => flow.ask("reset", name)}
          aria-label={WORDS.resetOf(WORDS.name[name])}
          data-testid={`reset-${name}`}
        >
          {WORDS.reset}
        </Button>
      )}
    </div>
  );
}
