import { Hono } from "hono";
import { faultRoutes } from "./fault_routes.ts";
import { type PanelSources, readOverview } from "./overview.ts";
import { PANEL_CSS } from "./panel_css.ts";
import { panelPage } from "./panel_page.ts";
import { PANEL_JS } from "./panel_js.ts";
import { sections } from "./sections.ts";

const CSP = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'";

/** The tester's desk: what may go wrong next, and what the parties have in their books. */
export function createPanel(sources: PanelSources): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.route("/", faultRoutes(sources.faults));
  app.get("/", async (c) => {
    c.header("content-security-policy", CSP);
    return c.html(panelPage(await readOverview(sources)));
  });
  app.get("/sections", async (c) => c.html(sections(await readOverview(sources))));
  app.get("/panel.css", (c) => c.body(PANEL_CSS, 200, { "content-type": "text/css" }));
  app.get("/panel.js", (c) => c.body(PANEL_JS, 200, { "content-type": "text/javascript" }));
  return app;
}
