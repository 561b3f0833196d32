import type { Random } from "../random.ts";
import type { System } from "../system/system.ts";
import type { ReportViolation } from "../violations.ts";

export interface Fault {
  /** What breaks, in a sentence. */
  description: string;
  /** Breaks it, keeps it broken for a while, and mends it. */
  run(context: FaultContext): Promise<void>;
}

export interface FaultContext {
  system: System;
  random: Random;
  report: ReportViolation;
  /** How long the Realtime Database is away. */
  outageSeconds: number;
}
