import type { Surroundings } from "./surroundings.ts";

export type Status = "ok" | "warning" | "error";

/** What a check found. A warning or an error has a cure. */
export interface Outcome {
  status: Status;
  message: string;
  cure?: string;
  /** Whether a deployment cures it, so that it does not stand in the way of one. */
  isCuredByDeployment?: boolean;
}

/** One pre-condition of a deployment. */
export interface Check {
  id: string;
  /** @throws anything; then the check counts as failed */
  run: (surroundings: Surroundings) => Promise<Outcome[]> | Outcome[];
}

export const ok = (message: string): Outcome => ({ status: "ok", message });
export const warning = (message: string, cure: string): Outcome => ({ status: "warning", message, cure });
export const error = (message: string, cure: string): Outcome => ({ status: "error", message, cure });
/** An error that the next deployment cures. */
export const outdated = (message: string, cure: string): Outcome => ({
  ...error(message, cure),
  isCuredByDeployment: true,
});
