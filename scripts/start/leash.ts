// Loaded before the API and the worker: when their launcher is killed without a chance to stop them,
// they stop themselves, so that nothing holds the port or works on old code unseen.
const launcher = process.ppid;

const watch = setInterval(() => {
  if (process.ppid === launcher) return;
  clearInterval(watch);
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 15_000).unref();
  process.kill(process.pid, "SIGTERM");
}, 1_000);
watch.unref();
