import { tenderChannels } from "../../server/tender_channels.ts";
import { openWorld, type World } from "../world.ts";
import type { RigStage } from "./tender_rig.ts";

/** The parts of a stage that come from a whole world in one process. */
export async function worldStage(): Promise<
  & Pick<RigStage, "db" | "clock" | "channels" | "faults" | "place">
  & { readonly world: World; [Symbol.asyncDispose](): Promise<void> }
> {
  const world = await openWorld();
  return {
    world,
    db: world.own.db,
    clock: world.clock,
    channels: tenderChannels(world.services.platform.parties),
    faults: world.faults,
    place: {
      institutionId: world.terminal.institutionId,
      terminalNumber: world.terminal.number,
      merchant: "H44190000001",
    },
    [Symbol.asyncDispose]: async () => await world[Symbol.asyncDispose](),
  };
}
