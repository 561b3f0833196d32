/**
 * List prices in US dollars, before tax and discounts, in a region of the lowest tier. **To be checked** against the vendor's pages before
 * anybody decides by them: prices change. Those of Cloud SQL's processors and memory, of Cloud Run, and of what the Realtime Database
 * stores were read in copies of the pages. What it sends, Cloud SQL's storage, Cloud Tasks and Cloud Scheduler are from memory.
 *
 * - Realtime Database: https://firebase.google.com/docs/database/usage/billing and https://firebase.google.com/pricing
 * - functions (Cloud Run): https://cloud.google.com/run/pricing
 * - Cloud SQL, Enterprise edition: https://cloud.google.com/sql/pricing
 * - Cloud Tasks: https://cloud.google.com/tasks/pricing; Cloud Scheduler: https://cloud.google.com/scheduler/pricing
 */
export const PRICES = {
  lookedUpOn: "2026-11-27",
  realtimeDatabase: { perGbStored: 5, perGbSent: 1, freeGbStored: 1, freeGbSent: 10 },
  functions: {
    perVcpuSecond: 0.000_024,
    perGibSecond: 0.000_002_5,
    perMillionRequests: 0.4,
    freeVcpuSeconds: 180_000,
    freeGibSeconds: 360_000,
    freeRequests: 2_000_000,
  },
  cloudSql: { perVcpuHour: 0.0413, perGbHour: 0.007, perGbStored: 0.17 },
  tasks: { perMillion: 0.4, free: 1_000_000 },
  scheduler: { perJob: 0.1, freeJobs: 3 },
};
