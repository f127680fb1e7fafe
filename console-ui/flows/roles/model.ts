import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { PermissionList, RoleView } from "../../../server/modules/access/rights/contract.ts";
import { type Refusal, refusalOf } from "../../api/answer.ts";
import { ZH } from "../../i18n/zh.ts";
import { newId } from "../../new_id.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import type { PagedList } from "../paged_list.ts";
import { pagedRows } from "../paged_rows.ts";
import { type Submission, submission } from "../submission.ts";
import type { RoleFields } from "./role_form.ts";

export type PermissionView = PermissionList["permissions"][number];

export type RolesState =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly refusal: Refusal }
  | {
    readonly kind: "listed";
    readonly roles: readonly RoleView[];
    readonly list: PagedList<RoleView>;
    readonly permissions: readonly PermissionView[];
  };

export type RoleDialog =
  | { readonly kind: "create"; readonly id: string }
  | { readonly kind: "change" | "remove"; readonly role: RoleView };

export interface RolesFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly state: ReadonlySignal<RolesState>;
  /** Of the role that is shown; null while the list is. */
  readonly shownId: ReadonlySignal<string | null>;
  readonly dialog: ReadonlySignal<RoleDialog | null>;
  readonly sending: Submission;
  readonly mayChange: ReadonlySignal<boolean>;
  load(): Promise<void>;
  openCreate(): void;
  open(kind: "change" | "remove", role: RoleView): void;
  close(): void;
  save(fields: RoleFields): Promise<void>;
  /** The form of a change anew, over what somebody else has made of it. */
  reload(): Promise<void>;
  remove(): Promise<void>;
}

export const RolesModel = createModel(function roles(context: PageContext): RolesFlow {
  const { port, timers, go, notify, permissions: held } = context;
  const state = signal<RolesState>({ kind: "loading" });
  const shownId = signal<string | null>(null);
  const dialog = signal<RoleDialog | null>(null);
  const sending = submission();
  let isStarted = false;

  async function load(): Promise<void> {
    const [roles, permissions] = await Promise.all([
      port.call("GET /roles", {}),
      port.call("GET /permissions", {}),
    ]);
    if (!roles.ok) state.value = { kind: "failed", refusal: roles.refusal };
    else if (!permissions.ok) state.value = { kind: "failed", refusal: permissions.refusal };
    else {
      state.value = {
        kind: "listed",
        roles: roles.value.roles,
        list: pagedRows(roles.value.roles),
        permissions: permissions.value.permissions,
      };
    }
  }

  function close(): void {
    dialog.value = null;
    sending.clear();
  }

  async function saved(role: RoleView): Promise<void> {
    close();
    notify(ZH.roles.saved(role.name));
    await load();
    go({ section: "roles", id: role.id });
  }

  async function create(id: string, { name, duty, permissions, addresses }: RoleFields) {
    const body = { id, name, duty, permissions, addresses };
    const made = await sending.send(() => port.call("POST /roles", { body }));
    if (made) await saved(made.value);
  }

  async function change(role: RoleView, fields: RoleFields): Promise<void> {
    const { name, permissions, addresses } = fields;
    const { version } = role;
    const body = role.builtin ? { addresses, version } : { name, permissions, addresses, version };
    const request = { path: { id: role.id }, body };
    const done = await sending.send(() => port.call("PATCH /roles/{id}", request));
    if (done) await saved(done.value);
  }

  async function reload(): Promise<void> {
    const asked = dialog.value;
    if (asked?.kind !== "change") return;
    const now = await sending.send(() => port.call("GET /roles", {}));
    if (!now || dialog.value !== asked) return;
    const role = now.value.roles.find(({ id }) => id === asked.role.id);
    if (role) dialog.value = { kind: "change", role };
    else sending.refuse(refusalOf("access.not_found"));
  }

  return {
    reload,
    state,
    shownId,
    dialog,
    sending,
    mayChange: signal(held.has("role.change")),
    show({ id }: Place): void {
      shownId.value = id;
      if (!isStarted) void load();
      isStarted = true;
    },
    async load(): Promise<void> {
      state.value = { kind: "loading" };
      await load();
    },
    openCreate(): void {
      dialog.value = { kind: "create", id: newId(timers.now()) };
    },
    open(kind: "change" | "remove", role: RoleView): void {
      dialog.value = { kind, role };
    },
    close,
    async save(fields: RoleFields): Promise<void> {
      const asked = dialog.value;
      if (!asked || asked.kind === "remove") return;
      const isBuiltin = asked.kind === "change" && asked.role.builtin;
      if (fields.permissions.length === 0 && !isBuiltin) {
        return sending.refuse(refusalOf("console.no_permission"));
      }
      if (asked.kind === "create") await create(asked.id, fields);
      else await change(asked.role, fields);
    },
    async remove(): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "remove") return;
      const path = { id: asked.role.id };
      const done = await sending.send(() => port.call("DELETE /roles/{id}", { path }));
      if (!done) return;
      close();
      notify(ZH.roles.removed(asked.role.name));
      go({ section: "roles" });
      await load();
    },
  };
});

export type RolesModelInstance = Model<RolesFlow>;
