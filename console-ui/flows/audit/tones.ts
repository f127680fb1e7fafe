/** Colours of words; none says more than its word. */
export const RESULT_TONE = {
  succeeded: "good",
  refused: "wait",
  failed: "bad",
  unknown: "bad",
} as const;

export const SEVERITY_TONE = { info: "still", warning: "wait", error: "bad" } as const;
