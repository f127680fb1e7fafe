import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { RightsRequestView } from "../../../server/modules/access/rights/contract.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type DecisionFlow, decisionFlow } from "./decision.ts";
import { type NewRequestFlow, newRequestFlow } from "./new_request.ts";

export type RequestsView = "waiting" | "all" | "own";

export interface RequestsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly view: ReadonlySignal<RequestsView>;
  readonly views: ReadonlySignal<readonly RequestsView[]>;
  readonly list: PagedList<RightsRequestView>;
  /** A request that is being looked at. */
  readonly decision: DecisionFlow;
  /** True while a new one is written. */
  readonly isNew: ReadonlySignal<boolean>;
  readonly newRequest: NewRequestFlow;
  readonly mayRequest: ReadonlySignal<boolean>;
}

export const RequestsModel = createModel(function requests(context: PageContext): RequestsFlow {
  const { port, permissions, go } = context;
  const mayRead = permissions.has("rights.read");
  const mayRequest = permissions.has("rights.request");
  const views: readonly RequestsView[] = [
    ...(mayRead ? ["waiting" as const, "all" as const] : []),
    ...(mayRequest ? ["own" as const] : []),
  ];
  const view = signal<RequestsView>(views[0] ?? "own");
  const isNew = signal(false);
  const list = pagedList<RightsRequestView>(async (after) => {
    const query = {
      ...(view.value === "waiting" && { state: "waiting" as const }),
      ...(after !== null && { after }),
    };
    const answer = view.value === "own"
      ? await port.call("GET /own-rights-requests", { query })
      : await port.call("GET /rights-requests", { query });
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.requests, next: answer.value.next } };
  });
  const newRequest = newRequestFlow(context, {
    sent: () => go({ section: "rights-requests", query: { view: "own" } }),
  });

  return {
    view,
    views: signal(views),
    list,
    decision: decisionFlow(context, { decided: () => void list.refresh() }),
    isNew,
    newRequest,
    mayRequest: signal(mayRequest),
    show({ id, query }: Place): void {
      isNew.value = id === "new" && mayRequest;
      if (isNew.value) {
        void newRequest.start(query);
        return;
      }
      view.value = views.find((each) => each === query["view"]) ?? views[0] ?? "own";
      void list.reload();
    },
  };
});

export type RequestsModelInstance = Model<RequestsFlow>;
