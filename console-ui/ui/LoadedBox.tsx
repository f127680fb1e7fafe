import type { ComponentChildren, JSX } from "preact";
import type { Loaded } from "../flows/loaded.ts";
import { FailedBox, LoadingBox } from "./StateBox.tsx";

interface LoadedBoxProps<Value> {
  readonly of: Loaded<Value>;
  readonly children: (value: Value) => ComponentChildren;
}

/** Waiting, failed with a way to ask again, or what was asked for. */
export function LoadedBox<Value>({ of, children }: LoadedBoxProps<Value>): JSX.Element {
  const state = of.state.value;
  switch (state.kind) {
    case "loading":
      return <LoadingBox />;
    case "failed":
      return <FailedBox refusal={state.refusal} onAgain={() => void of.reload()} />;
    case "shown":
      return <>{children(state.value)}</>;
  }
}
