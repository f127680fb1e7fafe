import assert from "node:assert/strict";
import { Metrics } from "./metrics.ts";

Deno.test("text() is Prometheus text: one TYPE a family, cumulative buckets", () => {
  const metrics = new Metrics();
  metrics.count("calls_total", { party: "his" });
  metrics.count("calls_total", { party: "bank" }, 2);
  metrics.set("holds", {}, 3);
  metrics.observeSeconds("seconds", { route: "/x" }, 0.02);
  metrics.observeSeconds("seconds", { route: "/x" }, 7);
  const lines = metrics.text().trimEnd().split("\n");
  assert.deepEqual(lines.filter((line) => line.startsWith("#")), [
    "# TYPE calls_total counter",
    "# TYPE holds gauge",
    "# TYPE seconds histogram",
  ]);
  assert.ok(lines.includes('calls_total{party="bank"} 2'));
  assert.ok(lines.includes('seconds_bucket{route="/x",le="0.025"} 1'));
  assert.ok(lines.includes('seconds_bucket{route="/x",le="+Inf"} 2'));
  assert.ok(lines.includes('seconds_sum{route="/x"} 7.02'));
});

Deno.test("labels cannot break a line", () => {
  const metrics = new Metrics();
  metrics.count("calls_total", { path: 'a"b\nc' });
  assert.match(metrics.text(), /calls_total\{path="a_b_c"\} 1/);
});
