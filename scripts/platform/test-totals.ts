/** What of Jest's `--json` report counts. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  /** Files that could not even be loaded; no test of theirs is counted as failed. */
  numRuntimeErrorTestSuites: number;
}

/** "12 passed, 0 failed" or "12 passed, 0 failed, 3 skipped". A file that could not be loaded is one failure. */
export function totalsLine(report: JestReport): string {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const skipped = report.numPendingTests > 0 ? `, ${report.numPendingTests} skipped` : "";
  return `${report.numPassedTests} passed, ${failed} failed${skipped}`;
}
