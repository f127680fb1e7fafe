import type { Service } from "../server/modules/settings/contract.ts";
import type { Shown } from "./contract.ts";
import type { FaceRead, FaceReading } from "./face_reading.ts";

/** What is shown in the middle of a session: a medium that was read, or a face that is to be. */
export async function readMedium(
  faces: Pick<FaceReading, "read">,
  shown: Shown,
  service: Service,
): Promise<FaceRead> {
  if ("credential" in shown) return { kind: "credential", credential: shown.credential };
  return await faces.read({ service, number: shown.face.number });
}
