import { Hono, type MiddlewareHandler } from "hono";

interface ConsoleAsset {
  /** Content type with charset. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The built console-ui by path: `/index.html`, and files with a digest in their names. */
export type ConsoleAssets = ReadonlyMap<string, ConsoleAsset>;

/** Asked with every request: from source the console is built when it is first looked at. */
export type LoadConsole = () => Promise<ConsoleAssets>;

const INDEX = "/index.html";
const PAGE_CACHE = "no-store";
/** A file's name changes with its content. */
const FILE_CACHE = "private, max-age=31536000, immutable";

/** Nothing inline, nothing from elsewhere, in no frame. */
export const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * To be mounted at a path of one part. Every path without a dot is the page itself, which finds out
 * by the address what to show; only paths that the assets name are files.
 */
export function consolePages(load: LoadConsole): Hono {
  const app = new Hono();
  app.use(pageHeaders());
  app.get("*", async (c, next) => {
    const { path } = c.req;
    const isPage = !path.includes(".");
    const asset = (await load()).get(isPage ? INDEX : path.slice(path.indexOf("/", 1)));
    if (!asset || path.endsWith(INDEX)) return await next();
    const cache = isPage ? PAGE_CACHE : FILE_CACHE;
    return c.body(asset.bytes, 200, { "content-type": asset.type, "cache-control": cache });
  });
  return app;
}

function pageHeaders(): MiddlewareHandler {
  return async (c, next) => {
    c.header("content-security-policy", CONSOLE_POLICY);
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    c.header("cross-origin-opener-policy", "same-origin");
    c.header("cross-origin-resource-policy", "same-origin");
    await next();
  };
}
