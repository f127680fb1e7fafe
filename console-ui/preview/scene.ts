import type { Script } from "../testing/scripted_port.ts";
import type { Stage } from "../testing/stage.ts";

export interface Scene {
  readonly script?: Script;
  readonly address?: string;
  /** What somebody does until the screen is there. */
  readonly act?: (stage: Stage) => Promise<void> | void;
}
