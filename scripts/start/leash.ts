// Loaded before the API and the worker: when their launcher is killed without a chance to stop them,
// they stop themselves, so that nothing holds the port or works on old code unseen.
// Its number comes from it: asked of the system, a launcher that is already gone would look like another.
const launcher = Number(process.env["KALENDS_LAUNCHER"]);

const watch = setInterval(() => {
  if (process.ppid === launcher) return;
  clearInterval(watch);
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 15_000).unref();
  process.kill(process.pid, "SIGTERM");
}, 1_000);
watch.unref();
