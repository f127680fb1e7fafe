import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type {
  PolicyKind,
  PolicyView,
  SecurityPolicy,
} from "../../../server/modules/access/policy/contract.ts";
import { refusalOf } from "../../api/answer.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type Submission, submission } from "../submission.ts";
import { changesOf, type PolicyChange } from "./policy_changes.ts";
import { type Fields, policyOf } from "./policy_form.ts";

export interface Review {
  readonly policy: SecurityPolicy;
  readonly changes: readonly PolicyChange[];
}

export interface PoliciesFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly policies: Loaded<readonly PolicyView[]>;
  readonly kind: ReadonlySignal<PolicyKind>;
  readonly permissions: ReadonlySignal<ReadonlySet<string>>;
  /** What would change, before it does; null while the form is filled in. */
  readonly review: ReadonlySignal<Review | null>;
  /** Of the form; the review has its own beside it. */
  readonly formRefusal: ReadonlySignal<"unchanged" | "invalid" | "conflict" | null>;
  readonly sending: Submission;
  lookOver(fields: Fields): void;
  back(): void;
  save(): Promise<void>;
}

const CHANGED_MEANWHILE = "access.policy_changed_meanwhile";

export const PoliciesModel = createModel(function policies(context: PageContext): PoliciesFlow {
  const { port, permissions, notify } = context;
  const kind = signal<PolicyKind>("person");
  const review = signal<Review | null>(null);
  const formRefusal = signal<"unchanged" | "invalid" | "conflict" | null>(null);
  const sending = submission();
  const all = loaded<readonly PolicyView[]>(async () => {
    const answer = await port.call("GET /policies", {});
    return answer.ok ? { ok: true, value: answer.value.policies } : answer;
  });

  function shownView(): PolicyView | null {
    const state = all.state.value;
    if (state.kind !== "shown") return null;
    return state.value.find((view) => view.kind === kind.value) ?? null;
  }

  function back(): void {
    review.value = null;
    sending.clear();
  }

  /** Somebody else was first: theirs is shown, and nothing of ours is kept unseen. */
  async function giveWay(): Promise<void> {
    back();
    await all.refresh();
    formRefusal.value = "conflict";
  }

  return {
    policies: all,
    kind,
    permissions: signal(permissions),
    review,
    formRefusal,
    sending,
    show({ id }: Place): void {
      kind.value = id === "program" ? "program" : "person";
      formRefusal.value = null;
      back();
      void all.reload();
    },
    lookOver(fields: Fields): void {
      const view = shownView();
      if (!view) return;
      const policy = policyOf(fields);
      const changes = policy ? changesOf(view.policy, policy) : [];
      formRefusal.value = !policy ? "invalid" : changes.length === 0 ? "unchanged" : null;
      review.value = policy && changes.length > 0 ? { policy, changes } : null;
    },
    back,
    async save(): Promise<void> {
      const [view, looked] = [shownView(), review.value];
      if (!view || !looked) return sending.refuse(refusalOf(CHANGED_MEANWHILE));
      const request = {
        path: { kind: view.kind },
        body: { policy: looked.policy, version: view.version },
      };
      const saved = await sending.send(() => port.call("POST /policies/{kind}", request));
      if (sending.refusal.value?.code === CHANGED_MEANWHILE) return await giveWay();
      if (!saved) return;
      back();
      const state = all.state.value;
      const others = state.kind === "shown" ? state.value : [];
      all.become(others.map((each) => each.kind === view.kind ? saved.value : each));
      notify(ZH.policies.saved(ZH.policies.kinds[view.kind]));
    },
  };
});

export type PoliciesModelInstance = Model<PoliciesFlow>;
