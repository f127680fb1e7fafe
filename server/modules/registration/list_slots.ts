import type { HisClient } from "../../gateways/his/client.ts";
import type { InsuranceSite } from "../insurance/claim_visit.ts";
import type { SlotList } from "./contract.ts";
import { listedByHis } from "./his_answer.ts";
import { slotForScreen } from "./slot_views.ts";

/** The slots of one half-day, taken ones too: the screen greys them. */
export async function listSlots(
  deps: { readonly his: Pick<HisClient, "listSlots"> },
  asked: { readonly site: InsuranceSite; readonly scheduleId: string },
): Promise<SlotList> {
  const outcome = await deps.his.listSlots({
    institutionCode: asked.site.code,
    scheduleId: asked.scheduleId,
  });
  return { slots: listedByHis(outcome, "slots").map(slotForScreen) };
}
