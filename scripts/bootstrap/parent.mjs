/**
 * Under `npm run`, sends this process SIGTERM when its parent is gone. npm passes a signal on to the shell in which it runs
 * the script, and the shell dies of it without passing it on. Noticed by looking: no event tells.
 */
export function endWithParent() {
  if (!process.env["npm_lifecycle_event"]) return;
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    process.kill(process.pid, "SIGTERM");
  }, 300);
  looking.unref();
}
