import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../random.ts";
import type { Proxy } from "../system/proxy.ts";
import type { System } from "../system/system.ts";
import type { ReportViolation } from "../violations.ts";

export interface FaultContext {
  system: System;
  random: Random;
  report: ReportViolation;
  /** How long the Realtime Database is away. */
  outageSeconds: number;
}

export interface Fault {
  /** What breaks, in a sentence. */
  description: string;
  /** Breaks it, keeps it broken for a while, and mends it. */
  run(context: FaultContext): Promise<void>;
}

export const pause = (seconds: number) => sleep(seconds * 1000);

/** Seconds within which the load sends every kind of request. */
export const TRAP_SECONDS = 60;

/** A commit: as Kysely sends it, or in the one round trip of a group of posts. */
export const COMMIT = /commit|INSERT INTO comments/;
/** An update of the Realtime Database. */
export const UPDATE = /^PATCH /;

/** Waits for a request with this pattern and loses its reply. */
export async function loseReply(proxy: Proxy, pattern: RegExp, onReply = () => {}): Promise<void> {
  const lost = new Promise<void>((resolve) => {
    proxy.loseReply(pattern, () => {
      onReply();
      resolve();
    });
  });
  await within(TRAP_SECONDS, `a request with ${pattern}`, lost);
}

/** @throws Error that says what did not happen in time */
export async function within<T>(seconds: number, what: string, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = sleep(seconds * 1000, undefined, { signal: over.signal }).then(() => {
    throw new Error(`waited ${seconds} s for: ${what}`);
  });
  // After the work it is aborted, which is not a failure.
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
