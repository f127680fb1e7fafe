import { render } from "preact";
import { httpPort } from "./api/http_port.ts";
import { ConsoleScreen } from "./flows/console/ConsoleScreen.tsx";
import { ConsoleModel } from "./flows/console/model.ts";
import { browserHistory } from "./place.ts";
import { browserTimers } from "./timers.ts";
import { watchKeyboard } from "./ui/keyboard.ts";
import { runEffectsPromptly } from "./ui/prompt_effects.ts";

const csrf: { token: string | null } = { token: null };
const console = new ConsoleModel({
  port: httpPort({ origin: location.origin, csrfToken: () => csrf.token }),
  csrf,
  timers: browserTimers(),
  history: browserHistory(),
});

runEffectsPromptly();
watchKeyboard(document.documentElement);

const root = document.getElementById("app");
if (root) render(<ConsoleScreen console={console} />, root);
void console.start();
