import type { ComponentChildren, JSX } from "preact";
import type { Fetched } from "../flows/fetched.ts";
import { RefusalNote } from "./RefusalNote.tsx";
import { FailedBox, LoadingBox } from "./StateBox.tsx";

interface FetchedBoxProps<Value> {
  readonly of: Fetched<Value>;
  readonly children: (value: Value) => ComponentChildren;
}

/** One thing: loading, failed, or there. */
export function FetchedBox<Value>({ of, children }: FetchedBoxProps<Value>): JSX.Element {
  const state = of.state.value;
  if (state.kind === "loading") return <LoadingBox />;
  if (state.kind === "failed") {
    return <FailedBox refusal={state.refusal} onAgain={() => void of.load()} />;
  }
  return (
    <>
      <RefusalNote refusal={state.refusal} />
      {children(state.value)}
    </>
  );
}
