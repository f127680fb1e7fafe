/** Plays one paid visit at the kiosk whose address is the argument, and says the receipt's title. */
import { playVisit } from "../../tests/play_visit.ts";
import { say } from "../say.ts";

const [kioskUrl = ""] = Deno.args;
await say(await playVisit(kioskUrl, /两张待缴费单/));
