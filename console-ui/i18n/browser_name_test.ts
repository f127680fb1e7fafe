import assert from "node:assert/strict";
import { browserText } from "./browser_name.ts";

Deno.test("browserText() names browser and system, and leaves what nobody knows", () => {
  const windows =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
  const texts = [
    `${windows} Chrome/120.0.0.0 Safari/537.36`,
    `${windows} Chrome/120.0.0.0 Safari/537.36 Edg/121.0.0.0`,
    "Mozilla/5.0 (X11; Linux aarch64; rv:115.0) Gecko/20100101 Firefox/115.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_2) Version/17.2 Safari/605.1.15",
    "curl/8.5.0",
  ].map(browserText);
  assert.deepEqual(texts, [
    "Chrome 120，Windows",
    "Edge 121，Windows",
    "Firefox 115，Linux",
    "Safari 17，macOS",
    "curl/8.5.0",
  ]);
});
