import type { ComponentChildren, JSX } from "preact";
import type { Loaded } from "../flows/loaded.ts";
import { RefusalNote } from "./RefusalNote.tsx";
import { FailedBox, LoadingBox, NothingBox } from "./StateBox.tsx";

interface LoadedBoxProps<Value> {
  readonly of: Loaded<Value>;
  /** Said in place of a value that holds nothing. */
  readonly none?: { readonly title: string; readonly isEmpty: (value: Value) => boolean };
  readonly children: (value: Value) => ComponentChildren;
}

/** Waiting, failed with a way to ask again, nothing there, or what was asked for. */
export function LoadedBox<Value>({ of, none, children }: LoadedBoxProps<Value>): JSX.Element {
  const state = of.state.value;
  switch (state.kind) {
    case "loading":
      return <LoadingBox />;
    case "failed":
      return <FailedBox refusal={state.refusal} onAgain={() => void of.reload()} />;
    case "shown":
      return (
        <>
          {state.refusal && <RefusalNote refusal={state.refusal} />}
          {none?.isEmpty(state.value)
            ? <NothingBox title={none.title} testId="nothing" />
            : children(state.value)}
        </>
      );
  }
}
