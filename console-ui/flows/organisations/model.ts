import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type {
  ChangeOrganisationBody,
  CreateOrganisationBody,
  OrganisationView,
} from "../../../server/modules/access/organisations/contract.ts";
import type { Refusal } from "../../api/answer.ts";
import { ZH } from "../../i18n/zh.ts";
import { newId } from "../../new_id.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type OrganisationTree, organisationTree, TOP } from "../organisation_tree/tree.ts";
import { type Submission, submission } from "../submission.ts";

export type OrganisationDetail =
  | { readonly kind: "none" }
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly refusal: Refusal }
  | { readonly kind: "shown"; readonly organisation: OrganisationView };

export type OrganisationForm =
  /** The id stays while the form is open: what is sent twice is made once. */
  | { readonly kind: "create"; readonly parent: OrganisationView; readonly id: string }
  | { readonly kind: "change"; readonly organisation: OrganisationView };

export interface OrganisationsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly tree: OrganisationTree;
  readonly detail: ReadonlySignal<OrganisationDetail>;
  readonly form: ReadonlySignal<OrganisationForm | null>;
  readonly sending: Submission;
  readonly exporting: Submission;
  readonly mayChange: ReadonlySignal<boolean>;
  select(id: string): void;
  again(): Promise<void>;
  openCreate(parent: OrganisationView): void;
  openChange(organisation: OrganisationView): void;
  closeForm(): void;
  create(given: Omit<CreateOrganisationBody, "id" | "parentId">): Promise<void>;
  change(body: ChangeOrganisationBody): Promise<void>;
  /** The form anew, over what somebody else has made of it. */
  reload(): Promise<void>;
  /** The caller's part of the tree as CSV; null when it was refused. */
  exportFile(): Promise<string | null>;
}

export const OrganisationsModel = createModel(
  function organisations(
    { port, timers, go, notify, permissions }: PageContext,
  ): OrganisationsFlow {
    const tree = organisationTree(port);
    const detail = signal<OrganisationDetail>({ kind: "none" });
    const form = signal<OrganisationForm | null>(null);
    const sending = submission();
    const exporting = submission();
    let shownId: string | null = null;
    let isStarted = false;

    async function load(id: string): Promise<void> {
      const answer = await port.call("GET /organisations/{id}", { path: { id } });
      if (id !== shownId) return;
      detail.value = answer.ok
        ? { kind: "shown", organisation: answer.value }
        : { kind: "failed", refusal: answer.refusal };
      if (answer.ok) await tree.reveal(answer.value);
    }

    async function start(): Promise<void> {
      isStarted = true;
      await tree.start();
    }

    async function show({ id }: Place): Promise<void> {
      if (!isStarted) await start();
      if (id === shownId) return;
      shownId = id;
      detail.value = id === null ? { kind: "none" } : { kind: "loading" };
      if (id !== null) await load(id);
    }

    function closeForm(): void {
      form.value = null;
      sending.clear();
    }

    return {
      tree,
      detail,
      form,
      sending,
      exporting,
      mayChange: signal(permissions.has("organisation.change")),
      show: (place: Place) => void show(place),
      select: (id: string) => go({ section: "organisations", id }),
      async again(): Promise<void> {
        if (shownId !== null) await load(shownId);
      },
      openCreate(parent: OrganisationView): void {
        form.value = { kind: "create", parent, id: newId(timers.now()) };
      },
      openChange(organisation: OrganisationView): void {
        form.value = { kind: "change", organisation };
      },
      closeForm,
      async create(given): Promise<void> {
        const asked = form.value;
        if (asked?.kind !== "create") return;
        const body = { ...given, id: asked.id, parentId: asked.parent.id };
        const made = await sending.send(() => port.call("POST /organisations", { body }));
        if (!made) return;
        closeForm();
        notify(ZH.organisations.created(made.value.name));
        await tree.open(asked.parent.id);
        await Promise.all([
          tree.refresh(asked.parent.id),
          tree.refresh(asked.parent.parentId ?? TOP),
        ]);
        go({ section: "organisations", id: made.value.id });
      },
      async change(body: ChangeOrganisationBody): Promise<void> {
        const asked = form.value;
        if (asked?.kind !== "change") return;
        const { organisation } = asked;
        const path = { id: organisation.id };
        const changed = await sending.send(() =>
          port.call("PATCH /organisations/{id}", {
            path,
            body: { ...body, version: organisation.version },
          })
        );
        if (!changed) return;
        closeForm();
        notify(ZH.organisations.changed(changed.value.name));
        detail.value = { kind: "shown", organisation: changed.value };
        await tree.refresh(organisation.parentId ?? TOP);
      },
      async reload(): Promise<void> {
        const asked = form.value;
        if (asked?.kind !== "change") return;
        const path = { id: asked.organisation.id };
        const now = await sending.send(() => port.call("GET /organisations/{id}", { path }));
        if (now && form.value === asked) form.value = { kind: "change", organisation: now.value };
      },
      async exportFile(): Promise<string | null> {
        const file = await exporting.send(() => port.call("GET /organisations/export", {}));
        return file && file.value;
      },
    };
  },
);

export type OrganisationsModelInstance = Model<OrganisationsFlow>;
