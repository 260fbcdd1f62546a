// The page as a value, and the least that turns it into elements. A view says what there is; `patch` changes only
// what differs, so that focus, selection and what is being typed stay where they are.

export type Handler = (event: Event) => void;
export type Props = Readonly<
  Record<string, string | number | boolean | null | undefined | Handler>
>;
export type Child = VNode | string | false | null | undefined | readonly Child[];

export interface VNode {
  readonly tag: string;
  readonly props: Props;
  readonly children: readonly Child[];
}

export const h = (tag: string, props: Props | null, ...children: readonly Child[]): VNode => ({
  tag,
  props: props ?? {},
  children,
});

const made = new WeakMap<Node, VNode>();
const SVG = new Set(["svg", "path"]);

/** What is kept as a property: its attribute is no more than where it began. */
const LIVE = new Set(["value", "checked", "textContent"]);

const keyOf = (child: VNode | string | undefined): unknown =>
  typeof child === "object" ? child.props["key"] : undefined;

/** Makes the children of an element be these. What comes and goes among others has a key, so that the others stay. */
export function patch(parent: ParentNode & Node, children: readonly Child[]): void {
  const wanted = [...flat(children)];
  const keys = new Set(wanted.map(keyOf));
  // First of all: else what follows would not be found in its place. It is never moved, which would take the focus from it.
  for (const node of [...parent.childNodes]) if (!keys.has(keyOf(made.get(node)))) node.remove();
  let at = parent.firstChild;
  for (const child of wanted) {
    const node = at && isSame(at, child) ? at : create(child);
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
    fill(node, child);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function* flat(children: readonly Child[]): Generator<VNode | string> {
  for (const child of children)
    if (Array.isArray(child)) yield* flat(child);
    else if (child) yield child as VNode | string;
}

function isSame(node: Node, child: VNode | string): boolean {
  const old = made.get(node);
  return typeof child === "string"
    ? node.nodeType === 3
    : old?.tag === child.tag && keyOf(old) === keyOf(child);
}

const create = (child: VNode | string): ChildNode =>
  typeof child === "string"
    ? document.createTextNode(child)
    : SVG.has(child.tag)
      ? document.createElementNS("http://www.w3.org/2000/svg", child.tag)
      : document.createElement(child.tag);

function fill(node: Node, child: VNode | string): void {
  if (typeof child === "string") {
    if (node.nodeValue !== child) node.nodeValue = child;
    return;
  }
  const before = made.get(node)?.props ?? {};
  for (const name of Object.keys({ ...before, ...child.props }))
    setProp(node as Element, name, before[name], child.props[name]);
  made.set(node, child);
  if (!("textContent" in child.props)) patch(node as Element, child.children);
}

function setProp(element: Element, name: string, before: unknown, value: Props[string]): void {
  if (name === "key") return;
  const live = element as unknown as Record<string, unknown>;
  if (name.startsWith("on") || LIVE.has(name)) {
    // Compared with the element: the reader may have changed it meanwhile.
    if (live[name] !== (value ?? null)) live[name] = value ?? null;
  } else if (value !== before) {
    if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}
