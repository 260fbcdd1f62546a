import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./port.ts";

export interface RedisProcess {
  readonly url: string;
  /** Stops it in its tracks, as a machine does that swaps: connections stay, nobody answers. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** Debian's redis-server, or null where there is none. */
export const findRedis = (): string | null => Bun.which("redis-server");

/** A Redis of one's own on a free port, with nothing on disk. */
export async function startRedis(port = freePort()): Promise<RedisProcess> {
  const dir = mkdtempSync(join(tmpdir(), "kalends-redis-"));
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--dir", dir];
  const child = Bun.spawn(["redis-server", ...args], { stdout: "pipe", stderr: "inherit" });
  const decoder = new TextDecoder();
  let said = "";
  for await (const chunk of child.stdout) {
    said += decoder.decode(chunk, { stream: true });
    if (said.includes("Ready to accept connections")) break;
  }
  if (!said.includes("Ready to accept connections"))
    throw new Error(`Redis did not start:\n${said}`);
  return {
    url: `redis://127.0.0.1:${port}`,
    pause: () => child.kill("SIGSTOP"),
    resume: () => child.kill("SIGCONT"),
    stop: async () => {
      child.kill("SIGKILL");
      await child.exited;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
