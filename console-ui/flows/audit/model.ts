import { createModel, effect, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type {
  AuditCatalogue,
  AuditEventView,
} from "../../../server/modules/audit/viewer/contract.ts";
import type { Place, PlaceGiven } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type OrganisationPicker, organisationPicker } from "../organisation_tree/picker.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type Exporting, exporting } from "./exporting.ts";
import { type FilterFields, filterOf, FOLLOWED, type Followed } from "./filter.ts";

/** What was looked at, by the platform's clock. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export interface AuditFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly list: PagedList<AuditEventView>;
  readonly span: ReadonlySignal<Span | null>;
  readonly fields: ReadonlySignal<FilterFields>;
  /** Of the patient looked for; kept here alone, and in no address. */
  readonly patientIdNumber: ReadonlySignal<string>;
  readonly catalogue: Loaded<AuditCatalogue>;
  readonly picker: OrganisationPicker;
  /** Of the event in the dialog; null while the list alone is shown. */
  readonly eventId: ReadonlySignal<string | null>;
  readonly event: Loaded<AuditEventView>;
  readonly exporting: Exporting;
  readonly permissions: ReadonlySignal<ReadonlySet<string>>;
  search(fields: FilterFields): void;
  /** Where one event is shown, with the list as it is behind it. */
  placeOf(event: Pick<AuditEventView, "id">): PlaceGiven;
  /** Where everything of one actor, patient, order or terminal is listed. */
  placeFollowing(what: Followed, id: string): PlaceGiven;
  /** Follows it no more. */
  leave(what: Followed | "patientIdNumber"): void;
  closeEvent(): void;
}

const SECTION = "audit";

export const AuditModel = createModel(function audit(context: PageContext): AuditFlow {
  const { port, go, permissions } = context;
  const fields = signal<FilterFields>({});
  const patientIdNumber = signal("");
  const span = signal<Span | null>(null);
  const eventId = signal<string | null>(null);
  const picker = organisationPicker(port);
  const catalogue = loaded(() => port.call("GET /audit/catalogue", {}));
  const event = loaded(() =>
    port.call("GET /audit/events/{id}", { path: { id: eventId.value ?? "" } })
  );
  const export_ = exporting(context, () => filterOf(fields.value, patientIdNumber.value));
  /** What the list shows: an event that is opened beside it asks for nothing again. */
  let listed: string | null = null;

  const list = pagedList<AuditEventView>(async (before) => {
    const filter = filterOf(fields.value, patientIdNumber.value);
    const body = { filter, ...(before !== null && { before }) };
    const answer = await port.call("POST /audit/search", { body });
    if (!answer.ok) return answer;
    const { events, next, from, to } = answer.value;
    span.value = { from, to };
    return { ok: true, value: { rows: events, next } };
  });

  function search({ patientIdNumber: idNumber = "", ...rest }: FilterFields): void {
    patientIdNumber.value = idNumber.toUpperCase();
    listed = null;
    go({ section: SECTION, query: rest });
  }

  function showList(query: FilterFields): void {
    const wanted = JSON.stringify(query);
    if (wanted === listed) return;
    listed = wanted;
    fields.value = query;
    void list.reload();
  }

  /** The form's field is of the address too: what narrows the list is never out of sight. */
  async function showOrganisation(id: string): Promise<void> {
    if ((picker.chosen.value?.id ?? "") === id) return;
    picker.choose(id === "" ? null : { id, name: id });
    if (id === "") return;
    const answer = await port.call("GET /organisations/{id}", { path: { id } });
    if (answer.ok && picker.chosen.value?.id === id) picker.choose(answer.value);
  }

  function showEvent(id: string | null): void {
    if (id === eventId.value) return;
    eventId.value = id;
    if (id !== null) void event.reload();
  }

  void catalogue.reload();
  effect(() => () => export_.close());
  return {
    list,
    span,
    fields,
    patientIdNumber,
    catalogue,
    picker,
    eventId,
    event,
    exporting: export_,
    permissions: signal(permissions),
    show({ id, query }: Place): void {
      showList(query);
      void showOrganisation(query["organisationId"] ?? "");
      showEvent(id);
    },
    search,
    placeOf: ({ id }: Pick<AuditEventView, "id">) => ({
      section: SECTION,
      id,
      query: fields.value,
    }),
    placeFollowing(what: Followed, id: string): PlaceGiven {
      const { from = "", to = "" } = fields.value;
      const kept = FOLLOWED.flatMap((name) =>
        fields.value[name] === undefined ? [] : [[name, fields.value[name]]]
      );
      return { section: SECTION, query: { from, to, ...Object.fromEntries(kept), [what]: id } };
    },
    leave(what: Followed | "patientIdNumber"): void {
      const { [what]: _, ...rest } = fields.value;
      const idNumber = what === "patientIdNumber" ? "" : patientIdNumber.value;
      search({ ...rest, patientIdNumber: idNumber });
    },
    closeEvent: () => go({ section: SECTION, query: fields.value }),
  };
});

export type AuditModelInstance = Model<AuditFlow>;
