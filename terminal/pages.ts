import { Hono, type MiddlewareHandler } from "hono";

export interface KioskAsset {
  /** Content type with charset. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The built kiosk-ui by path (`/index.html`, `/kiosk.js` …); `/index.html` must be there. */
export type KioskAssets = ReadonlyMap<string, KioskAsset>;

const SWITCHING_PROTOCOLS = 101;
const INDEX = "/index.html";

/** Serves the screens; the page carries the token of this boot in `<meta name="kiosk-token">`. */
export function pageRoutes(assets: KioskAssets, token: string): Hono {
  const index = assets.get(INDEX);
  if (!index) throw new Error(`Cannot serve the screens: expected "${INDEX}" among the assets`);
  const page = withToken(new TextDecoder().decode(index.bytes), token);
  const app = new Hono();
  app.get("/", (context) => context.html(page));
  for (const [path, asset] of assets) {
    if (path === INDEX) continue;
    app.get(path, (context) => context.body(asset.bytes, 200, { "content-type": asset.type }));
  }
  return app;
}

/**
 * No inline script or style, nothing from elsewhere. `ws:` is named because browsers as old as
 * Chrome 80 do not count it into `'self'`.
 */
export function pageHeaders(): MiddlewareHandler {
  return async (context, next) => {
    await next();
    // An upgraded connection has no page, and its response must stay the very same object.
    if (context.res.status === SWITCHING_PROTOCOLS) return;
    const host = context.req.header("host") ?? "";
    context.header("content-security-policy", policy(host));
    context.header("x-content-type-options", "nosniff");
    context.header("referrer-policy", "no-referrer");
    context.header("cross-origin-resource-policy", "same-origin");
    context.header("cache-control", "no-store");
  };
}

function policy(host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ws://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function withToken(html: string, token: string): string {
  if (!html.includes("<head>")) {
    throw new Error('Cannot serve the screens: expected "<head>" in the page');
  }
  return html.replace("<head>", `<head><meta name="kiosk-token" content="${token}">`);
}
