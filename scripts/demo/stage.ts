// What the audience sees: numbered steps, the requests of each, and the part of the answers that matters.

/** Something was not as promised; the message says what, in words for people. */
export class Broken extends Error {}

/** Breaks the play off unless the promise is kept. */
export function expect(isKept: boolean, promise: string): asserts isKept {
  if (!isKept) throw new Broken(`Not as promised: ${promise}.`);
}

const isColoured = Boolean(process.stdout.isTTY) && !process.env["NO_COLOR"];
const paint = (code: string) => (text: string) =>
  isColoured ? `\x1b[${code}m${text}\x1b[0m` : text;
const bold = paint("1");
const dim = paint("2");
const green = paint("32");
const red = paint("31");

const LABEL_WIDTH = 12;

let steps = 0;

export const stepsDone = (): number => steps;

export function title(text: string): void {
  console.log(bold(text));
}

/** Opens the next step. */
export function step(text: string): void {
  steps += 1;
  console.log(`\n${bold(`${String(steps).padStart(2)}. ${text}`)}`);
}

/** A request and its answer. */
export function request(line: string, status: number, ms: number): void {
  const mark = status < 400 ? green : red;
  console.log(`    ${line} ${dim("→")} ${mark(String(status))} ${dim(`(${Math.round(ms)} ms)`)}`);
}

/** A part of the answer; several lines stand under each other. */
export function row(label: string, ...lines: readonly string[]): void {
  for (const [i, line] of lines.entries())
    console.log(`      ${dim((i === 0 ? label : "").padEnd(LABEL_WIDTH))}${line}`);
}

/** A word aside. */
export function aside(text: string): void {
  console.log(`      ${dim(text)}`);
}

/** Tokens and ids by their ends: nobody's business the one, unreadable both. */
export const shortened = (text: string): string =>
  text
    .replace(/[\w-]{20,}(\.[\w-]*)+/g, (token) => `${token.slice(0, 8)}…${token.slice(-4)}`)
    .replace(
      /[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}/g,
      (id) => `${id.slice(0, 8)}…${id.slice(-4)}`,
    );
