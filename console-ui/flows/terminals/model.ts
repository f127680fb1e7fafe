import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type {
  RetirementView,
  TerminalDetail,
  TerminalEventsPage,
  TerminalItem,
  TerminalReleasesPage,
} from "../../../server/modules/fleet/console/contract.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded, valueOf } from "../loaded.ts";
import { type OrganisationPicker, organisationPicker } from "../organisation_tree/picker.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type Submission, submission } from "../submission.ts";
import { type TerminalDeeds, terminalDeeds, type TerminalDialog } from "./terminal_deeds.ts";
import { queryOf } from "./terminal_filter.ts";

export type TerminalEvent = TerminalEventsPage["events"][number];
export type TerminalRelease = TerminalReleasesPage["releases"][number];

export interface TerminalsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly list: PagedList<TerminalItem>;
  /** For who may see the tree. */
  readonly picker: OrganisationPicker;
  readonly filter: ReadonlySignal<Readonly<Record<string, string>>>;
  /** Null while the list is shown. */
  readonly shownId: ReadonlySignal<string | null>;
  readonly detail: Loaded<TerminalDetail>;
  readonly events: PagedList<TerminalEvent>;
  readonly releases: PagedList<TerminalRelease>;
  /** Asked for where the terminal is retired. */
  readonly retirement: Loaded<RetirementView | null>;
  /** Of the certificate that is being taken. */
  readonly taking: Submission;
  readonly dialog: ReadonlySignal<TerminalDialog | null>;
  readonly sending: Submission;
  may(permission: string): boolean;
  readonly deeds: TerminalDeeds;
  now(): number;
  /** Null when it was refused. */
  takeCertificate(): Promise<Blob | null>;
  search(filter: Readonly<Record<string, string>>): void;
}

export const TerminalsModel = createModel(function terminals(context: PageContext): TerminalsFlow {
  const { port, timers, go, permissions } = context;
  const filter = signal<Readonly<Record<string, string>>>({});
  const shownId = signal<string | null>(null);
  const dialog = signal<TerminalDialog | null>(null);
  const sending = submission();
  const taking = submission();
  const picker = organisationPicker(port);
  const list = pagedList<TerminalItem>(async (after) => {
    const query = { ...queryOf(filter.value), ...(after !== null && { after }) };
    const answer = await port.call("GET /terminals", { query });
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.terminals, next: answer.value.next } };
  });
  const path = () => ({ id: shownId.value ?? "" });
  const detail = loaded(() => port.call("GET /terminals/{id}", { path: path() }));
  const retirement = loaded<RetirementView | null>(async () => {
    const answer = await port.call("GET /terminals/{id}/retirement", { path: path() });
    return answer.ok ? { ok: true, value: answer.value.retirement } : answer;
  });
  const events = pagedList<TerminalEvent>(async (before) => {
    const request = {
      path: path(),
      query: { limit: EVENTS_PAGE_ROWS, ...(before !== null && { before }) },
    };
    const answer = await port.call("GET /terminals/{id}/events", request);
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.events, next: answer.value.next } };
  });
  const releases = pagedList<TerminalRelease>(async (before) => {
    const query = { limit: RELEASES_PAGE_ROWS, ...(before !== null && { before }) };
    const answer = await port.call("GET /terminals/{id}/releases", { path: path(), query });
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.releases, next: answer.value.next } };
  });

  async function reloadDetail(): Promise<void> {
    retirement.clear();
    taking.clear();
    await detail.reload();
    if (valueOf(detail)?.state === "retired") await retirement.reload();
  }

  /** The name of the node that the address tells by its id. */
  async function showOrganisation(id: string | undefined): Promise<void> {
    if (id === picker.chosen.value?.id) return;
    picker.show(null);
    if (id === undefined || !permissions.has("organisation.read")) return;
    const answer = await port.call("GET /organisations/{id}", { path: { id } });
    if (answer.ok && filter.value["organisationId"] === id) picker.show(answer.value);
  }

  function changed(terminal: TerminalDetail | null): void {
    if (terminal) detail.become(terminal);
    else void reloadDetail();
    void events.reload();
  }

  return {
    list,
    picker,
    filter,
    shownId,
    detail,
    events,
    releases,
    retirement,
    taking,
    dialog,
    sending,
    may: (permission: string) => permissions.has(permission),
    deeds: terminalDeeds({ context, dialog, sending, changed }),
    now: () => timers.now(),
    show({ id, query }: Place): void {
      if (id !== null && id === shownId.value && valueOf({ state: detail.state })) return;
      shownId.value = id;
      if (id === null) {
        filter.value = query;
        void showOrganisation(query["organisationId"]);
        void list.reload();
        return;
      }
      void reloadDetail();
      void events.reload();
      void releases.reload();
    },
    async takeCertificate(): Promise<Blob | null> {
      const taken = await taking.send(() =>
        port.call("POST /terminals/{id}/retirement/file", { path: path() })
      );
      return taken?.value ?? null;
    },
    search: (wanted: Readonly<Record<string, string>>) =>
      go({ section: "terminals", query: wanted }),
  };
});

const EVENTS_PAGE_ROWS = 20;
const RELEASES_PAGE_ROWS = 10;

export type TerminalsModelInstance = Model<TerminalsFlow>;
