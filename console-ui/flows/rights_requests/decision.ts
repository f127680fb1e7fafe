import { type ReadonlySignal, signal } from "@preact/signals";
import type { RightsRequestView } from "../../../server/modules/access/rights/contract.ts";
import { type Refusal, refusalOf } from "../../api/answer.ts";
import { ZH } from "../../i18n/zh.ts";
import type { PageContext } from "../console/pages.ts";
import { type Submission, submission } from "../submission.ts";
import { type RightsChange, rightsDiff } from "./rights_diff.ts";

export type DiffState =
  | { readonly kind: "loading" }
  /** Who may not read rights sees the request alone. */
  | { readonly kind: "none" }
  | { readonly kind: "failed"; readonly refusal: Refusal }
  | { readonly kind: "known"; readonly changes: readonly RightsChange[] };

export interface Looked {
  readonly request: RightsRequestView;
  readonly diff: DiffState;
  /** Nobody decides on what he asked for, nor on what he is to get. */
  readonly isOwn: boolean;
  readonly mayDecide: boolean;
  readonly mayWithdraw: boolean;
}

export interface DecisionFlow {
  readonly looked: ReadonlySignal<Looked | null>;
  readonly sending: Submission;
  look(request: RightsRequestView): Promise<void>;
  close(): void;
  approve(note: string): Promise<void>;
  refuse(note: string): Promise<void>;
  withdraw(): Promise<void>;
}

const DECIDED_ALREADY = "access.request_decided";

export function decisionFlow(
  { port, session, permissions, notify }: PageContext,
  { decided }: { readonly decided: () => void },
): DecisionFlow {
  const looked = signal<Looked | null>(null);
  const sending = submission();

  async function readDiff(request: RightsRequestView): Promise<DiffState> {
    const query = { accountId: request.account.id, organisationId: request.organisation.id };
    const [roles, explanation] = await Promise.all([
      port.call("GET /roles", {}),
      port.call("GET /rights-explanations", { query }),
    ]);
    if (!roles.ok) return { kind: "failed", refusal: roles.refusal };
    if (!explanation.ok) return { kind: "failed", refusal: explanation.refusal };
    const role = roles.value.roles.find(({ id }) => id === request.role.id);
    const held = explanation.value.permissions;
    return { kind: "known", changes: rightsDiff(request, role?.permissions ?? [], held) };
  }

  function close(): void {
    looked.value = null;
    sending.clear();
  }

  function ended(done: { readonly value: unknown } | null, words: string): void {
    if (done) {
      close();
      notify(words);
    }
    if (done || sending.refusal.value?.code === DECIDED_ALREADY) decided();
  }

  return {
    looked,
    sending,
    async look(request: RightsRequestView): Promise<void> {
      const { accountId } = session;
      const isWaiting = request.state === "waiting";
      const isMine = request.requestedBy.id === accountId;
      const isOwn = isMine || request.account.id === accountId;
      const shows = isWaiting && permissions.has("rights.read");
      const seen: Looked = {
        request,
        diff: { kind: shows ? "loading" : "none" },
        isOwn,
        mayDecide: isWaiting && !isOwn && permissions.has("rights.approve"),
        mayWithdraw: isWaiting && isMine && permissions.has("rights.request"),
      };
      looked.value = seen;
      if (!shows) return;
      const diff = await readDiff(request);
      if (looked.value === seen) looked.value = { ...seen, diff };
    },
    close,
    async approve(note: string): Promise<void> {
      if (!looked.value) return;
      const path = { id: looked.value.request.id };
      const request = { path, body: { note: note || null } };
      const done = await sending.send(() =>
        port.call("POST /rights-requests/{id}/approve", request)
      );
      ended(done, ZH.requests.approved);
    },
    async refuse(note: string): Promise<void> {
      if (!looked.value) return;
      if (note === "") return sending.refuse(refusalOf("console.no_note"));
      const request = { path: { id: looked.value.request.id }, body: { note } };
      const done = await sending.send(() =>
        port.call("POST /rights-requests/{id}/refuse", request)
      );
      ended(done, ZH.requests.refused);
    },
    async withdraw(): Promise<void> {
      if (!looked.value) return;
      const path = { id: looked.value.request.id };
      const done = await sending.send(() =>
        port.call("POST /rights-requests/{id}/withdraw", { path })
      );
      ended(done, ZH.requests.withdrawn);
    },
  };
}
