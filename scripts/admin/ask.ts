// Questions to somebody at a terminal.
import { createInterface } from "node:readline/promises";

/** Asks for a line; empty when the input ends first. */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  const line = await Promise.race([lines.question(question), ended]);
  lines.close();
  return line.trim();
}

const ENTER = new Set(["\r", "\n", "\u0004"]);
const BACKSPACE = new Set(["\u007f", "\b"]);
const CTRL_C = "\u0003";

/** Asks for a line that nobody shall see; null on Ctrl-C. */
export function askHidden(question: string): Promise<string | null> {
  const { stdin } = process;
  // Before the question is there to be answered: who types at once is not to be echoed.
  stdin.setRawMode(true);
  process.stderr.write(question);
  stdin.setEncoding("utf8");
  stdin.resume();
  return new Promise((resolve) => {
    const typed: string[] = [];
    const done = (answer: string | null) => {
      stdin.off("data", read);
      stdin.setRawMode(false);
      stdin.pause();
      process.stderr.write("\n");
      resolve(answer);
    };
    const read = (chunk: string | Buffer) => {
      for (const key of String(chunk)) {
        if (key === CTRL_C) return done(null);
        if (ENTER.has(key)) return done(typed.join(""));
        if (BACKSPACE.has(key)) typed.pop();
        else typed.push(key);
      }
    };
    stdin.on("data", read);
  });
}
