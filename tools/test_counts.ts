export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}

export const NO_TESTS: TestCounts = { passed: 0, failed: 0 };

export function add(a: TestCounts, b: TestCounts): TestCounts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}

/** The last line of every run here, which people and machines read first. */
export function countsLine({ passed, failed }: TestCounts): string {
  return `${passed} passed, ${failed} failed`;
}

/** As Deno 2.9 ends a run: `ok | 12 passed (3 steps) | 0 failed | 1 ignored (2s)`. */
const SUMMARY = /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed(.*)$/;

/**
 * The counts of a line that ends a run, or null for any other line. A test that was ignored or
 * filtered out counts as failed: one that does not run proves nothing.
 */
export function readCounts(line: string): TestCounts | null {
  const [, passed, failed, rest = ""] = SUMMARY.exec(line) ?? [];
  if (passed === undefined || failed === undefined) return null;
  const left = [...rest.matchAll(/(\d+) (?:ignored|filtered out)/g)].map(([, count]) =>
    Number(count)
  );
  return {
    passed: Number(passed),
    failed: left.reduce((sum, count) => sum + count, Number(failed)),
  };
}
