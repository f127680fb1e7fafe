import type { OpenAPIHono } from "@hono/zod-openapi";
import { Hono } from "hono";
import type { TerminalEnv } from "./modules/fleet/terminal_door.ts";
import { ownFile } from "./platform/release.ts";

/** The API reference for integrators: OpenAPI 3.1 and a page to read it, all served from here. */

const ASSETS: Readonly<Record<string, string>> = {
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "swagger-ui.css": "text/css; charset=utf-8",
};

const PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>Yikatong API</title>
<link rel="stylesheet" href="/reference/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<script src="/reference/swagger-ui-bundle.js"></script>
<script src="/reference/open.js"></script>
</body>
</html>
`;

const OPEN =
  `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#reference", tryItOutEnabled: false });\n`;

/** Swagger UI draws with inline styles and data images. */
const CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

export function apiReference(api: () => OpenAPIHono<TerminalEnv>): Hono {
  const routes = new Hono();
  let text: string | undefined;
  routes.get("/openapi.json", (c) => {
    text ??= JSON.stringify(describe(api()));
    return c.body(text, 200, { "content-type": "application/json" });
  });
  routes.get("/reference", (c) => c.html(PAGE, 200, { "content-security-policy": CSP }));
  routes.get("/reference/healthz", (c) => c.json({ status: "ok" }));
  routes.get("/reference/open.js", (c) => c.body(OPEN, 200, { "content-type": "text/javascript" }));
  routes.get("/reference/:asset", async (c) => {
    const name = c.req.param("asset");
    const type = ASSETS[name];
    if (!type) return c.notFound();
    const bytes = await Deno.readFile(ownFile(`share/reference/${name}`));
    return c.body(bytes, 200, { "content-type": type, "cache-control": "max-age=3600" });
  });
  return routes;
}

function describe(api: OpenAPIHono<TerminalEnv>): object {
  return api.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Yikatong terminal API",
      version: "1",
      description: "What a self-service terminal asks of the platform. Money is fen in decimal " +
        "text; ids are UUIDv7 made by the caller; errors are RFC 9457 problems with a stable code.",
    },
    servers: [{ url: "/api/terminal/v1" }],
  });
}
