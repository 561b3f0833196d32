/**
 * Under `npm run`, sends this process SIGTERM once its parent is gone. npm forwards a signal to the shell in which it
 * runs the script, and the shell dies of it without forwarding it. There is no event for this, so it polls.
 */
export function endWithParent() {
  if (!process.env["npm_lifecycle_event"]) return;
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(poll);
    process.kill(process.pid, "SIGTERM");
  }, 300);
  poll.unref();
}
