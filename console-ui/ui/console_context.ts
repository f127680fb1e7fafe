import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { PlaceGiven } from "../place.ts";

export interface ConsoleContext {
  readonly go: (place: PlaceGiven) => void;
}

export const CONSOLE: ReturnType<typeof createContext<ConsoleContext | null>> = createContext<
  ConsoleContext | null
>(null);

export function useConsole(): ConsoleContext {
  const known = useContext(CONSOLE);
  if (!known) throw new Error("Cannot draw outside the console");
  return known;
}
