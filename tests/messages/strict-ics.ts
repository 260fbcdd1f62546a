// A strict reader of iCalendar text, written from RFC 5545 and from nothing of ours. It throws at the
// first thing that a lenient parser would overlook.

export interface Property {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly value: string;
}

export interface Component {
  readonly name: string;
  readonly properties: readonly Property[];
  readonly components: readonly Component[];
}

const encoder = new TextEncoder();

/** Reads one iCalendar object. */
export function readStrictly(text: string): Component {
  if (!text.endsWith("\r\n")) throw new Error("the last line does not end with CRLF");
  const rows = text.slice(0, -2).split("\r\n");
  for (const row of rows) {
    if (/[\r\n]/.test(row)) throw new Error(`a bare CR or LF in ${JSON.stringify(row)}`);
    if (encoder.encode(row).length > 75) throw new Error(`more than 75 octets: ${row}`);
    if (row.trim() === "") throw new Error("an empty line");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(row)) throw new Error(`a control sign in ${row}`);
    if (!row.isWellFormed()) throw new Error(`half a character in ${row}`);
  }
  const lines = text
    .slice(0, -2)
    .replace(/\r\n[ \t]/g, "")
    .split("\r\n")
    .map(readLine);
  const root = readComponent(lines);
  if (lines.length > 0) throw new Error(`something after END: ${lines[0]?.name}`);
  return root;
}

/** The properties of this name. */
export const all = (component: Component, name: string): readonly Property[] =>
  component.properties.filter((each) => each.name === name);

/** The one property of this name: more or fewer are an error. */
export function only(component: Component, name: string): Property {
  const [first, ...more] = all(component, name);
  if (first === undefined || more.length > 0) throw new Error(`${more.length + 1} of ${name}`);
  return first;
}

/** A TEXT value without its escapes. */
export function textOf({ name, value }: Property): string {
  const rest = value.replace(/\\[\\;,nN]/g, "");
  if (/[\\;,]/.test(rest)) throw new Error(`${name} is badly escaped: ${value}`);
  return value.replace(/\\([\\;,nN])/g, (_, sign: string) => (/n/i.test(sign) ? "\n" : sign));
}

function readComponent(lines: Property[]): Component {
  const begin = lines.shift();
  if (begin?.name !== "BEGIN") throw new Error(`BEGIN expected, not ${begin?.name}`);
  const properties: Property[] = [];
  const components: Component[] = [];
  for (;;) {
    const next = lines[0];
    if (next === undefined) throw new Error(`no END:${begin.value}`);
    if (next.name === "BEGIN") {
      components.push(readComponent(lines));
      continue;
    }
    lines.shift();
    if (next.name === "END") {
      if (next.value !== begin.value) throw new Error(`END:${next.value} ends ${begin.value}`);
      return { name: begin.value, properties, components };
    }
    properties.push(next);
  }
}

function readLine(line: string): Property {
  const name = /^[A-Z0-9-]+/.exec(line)?.[0];
  if (name === undefined) throw new Error(`no property name in ${line}`);
  const parameters: Record<string, string> = {};
  let rest = line.slice(name.length);
  while (rest.startsWith(";")) {
    const match = /^;([A-Z0-9-]+)=(?:"([^"]*)"|([^";:,]*))/.exec(rest);
    if (!match) throw new Error(`a bad parameter in ${line}`);
    if (match[1]! in parameters) throw new Error(`${match[1]} twice in ${line}`);
    parameters[match[1]!] = match[2] ?? match[3] ?? "";
    rest = rest.slice(match[0].length);
  }
  if (!rest.startsWith(":")) throw new Error(`no colon after the parameters in ${line}`);
  return { name, parameters, value: rest.slice(1) };
}
