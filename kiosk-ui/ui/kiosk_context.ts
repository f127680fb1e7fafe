import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { KioskModelInstance } from "../flows/kiosk/model.ts";

export const KioskContext = createContext<KioskModelInstance | null>(null);

export function useKiosk(): KioskModelInstance {
  const kiosk = useContext(KioskContext);
  if (!kiosk) throw new Error("Cannot draw a screen: expected a kiosk model around it");
  return kiosk;
}
