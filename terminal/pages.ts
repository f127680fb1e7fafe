import { Hono, type MiddlewareHandler } from "hono";
import type { TerminalSettings } from "../server/modules/settings/contract.ts";

export interface KioskAsset {
  /** Content type with charset. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The built kiosk-ui by path (`/index.html`, `/kiosk.js` …); `/index.html` must be there. */
export type KioskAssets = ReadonlyMap<string, KioskAsset>;

const SWITCHING_PROTOCOLS = 101;
const INDEX = "/index.html";
const HEAD = "<head>";

/**
 * Serves the screens. The page carries the token of this boot in `<meta name="kiosk-token">` and,
 * once they are known, the settings in `<meta name="kiosk-settings">`, so that the first screen
 * waits for no further answer.
 */
export function pageRoutes(
  assets: KioskAssets,
  token: string,
  knownSettings: () => TerminalSettings | null = () => null,
): Hono {
  const index = assets.get(INDEX);
  if (!index) throw new Error(`Cannot serve the screens: expected "${INDEX}" among the assets`);
  const page = withMeta(new TextDecoder().decode(index.bytes), "kiosk-token", token);
  const app = new Hono();
  app.get("/", (context) => {
    const known = knownSettings();
    return context.html(
      known ? withMeta(page, "kiosk-settings", JSON.stringify(known)) : page,
    );
  });
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

function withMeta(html: string, name: string, content: string): string {
  if (!html.includes(HEAD)) throw new Error(`Cannot serve the screens: expected "${HEAD}"`);
  // A function, since a plain replacement would read the text's own dollar signs.
  return html.replace(HEAD, () => `${HEAD}<meta name="${name}" content="${escapeText(content)}">`);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ESCAPES[letter] ?? letter);
}
