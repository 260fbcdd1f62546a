// What the house forbids, where it is allowed all the same, and why.
import type { Source } from "./sources.ts";

interface Rule {
  readonly name: string;
  /** What to do instead. */
  readonly instead: string;
  /** Files that may: a path, or what a path begins or ends with ("src/db/", "/routes.ts"). */
  readonly allowed: Readonly<Record<string, string>>;
  /** A file that breaks it, so that the rule is seen to work. */
  readonly bad: { readonly path: string; readonly text: string };
  breaks(file: Source): boolean;
}

const ENTRY = "it is where a process begins";
const MAINS = { "src/main.ts": ENTRY, "worker/main.ts": ENTRY };

const imports = (file: Source, pattern: RegExp) => file.imports.some((each) => pattern.test(each));
const within = (file: Source, folder: RegExp, allowed: RegExp) =>
  folder.test(file.path) && file.imports.some((each) => !allowed.test(each));

/** Who may import what. */
export const IMPORT_RULES: readonly Rule[] = [
  {
    name: "src never imports worker, tests or scripts",
    instead: "move what both need into src",
    allowed: {},
    bad: { path: "src/a.ts", text: 'import { b } from "../worker/b.ts";\nb();' },
    breaks: (file) =>
      file.path.startsWith("src/") && imports(file, /^(worker|tests|scripts|bench)\//),
  },
  {
    name: "worker never imports tests or scripts",
    instead: "move what it needs into src or worker",
    allowed: {},
    bad: { path: "worker/a.ts", text: 'import { b } from "../tests/b.ts";\nb();' },
    breaks: (file) => imports(file, /^(tests|scripts|bench)\//),
  },
  {
    name: "Elysia is known to routes and http only",
    instead: "let a verb take plain values and throw a Problem",
    allowed: {
      "src/app.ts": "composes the features",
      "src/http/": "cross-cutting plugins",
      "/routes.ts": "HTTP for a feature",
    },
    bad: { path: "src/slots/find.ts", text: 'import { t } from "elysia";\nt;' },
    breaks: (file) => imports(file, /^(elysia|@elysiajs\/.*)$/),
  },
  {
    name: "only app composes routes",
    instead: "move what is shared out of routes.ts",
    allowed: { "src/app.ts": "composes the features" },
    bad: { path: "src/slots/find.ts", text: 'import { r } from "../a/routes.ts";\nr;' },
    breaks: (file) => imports(file, /\/routes\.ts$/),
  },
  {
    name: "postgres.js is known to db only",
    instead: "bind a file of sql/queries (src/db/query.ts)",
    allowed: { "src/db/": "the pool and its types" },
    bad: { path: "src/slots/find.ts", text: 'import postgres from "postgres";\npostgres();' },
    breaks: (file) => imports(file, /^postgres$/),
  },
  {
    name: "availability imports only itself and its data",
    instead: "pass what it needs as an argument: it is pure",
    allowed: {},
    bad: { path: "src/availability/a.ts", text: 'import { n } from "../world.ts";\nn;' },
    breaks: (file) =>
      within(
        file,
        /^src\/availability\//,
        /^(src\/availability\/|rrule$|moment-timezone\/data\/packed\/latest\.json$)/,
      ),
  },
  {
    name: "the widget imports nothing of the server but types",
    instead: "let the API say it; `import type` of a wire schema is all right",
    allowed: {},
    bad: {
      path: "src/widget/a.ts",
      text: 'import { findZone } from "../availability/zone.ts";\nfindZone("UTC");',
    },
    breaks: (file) =>
      file.path.startsWith("src/widget/") &&
      file.loads.some((each) => !each.startsWith("src/widget/")),
  },
  {
    name: "nothing of the server imports the widget: it is served as built",
    instead: "read what scripts/build-widget.ts made (src/embed/)",
    allowed: {},
    bad: { path: "src/pages/a.ts", text: 'import { h } from "../widget/h.ts";\nh();' },
    breaks: (file) => !file.path.startsWith("src/widget/") && imports(file, /^src\/widget\//),
  },
  {
    name: "what people are told is pure",
    instead: "pass what it needs as an argument: templates, ics and the rest of messages are pure",
    allowed: { "src/messages/queries.ts": "the development mailbox" },
    bad: { path: "src/messages/ics.ts", text: 'import { d } from "../db/sql.ts";\nd;' },
    breaks: (file) =>
      within(
        file,
        /^src\/messages\/(templates\/|[^/]+$)/,
        /^(src\/messages\/(?!email\/|sms\/|queries)|src\/availability\/zone\.ts$|ics$)/,
      ),
  },
];

/** What a file may say. */
export const WORD_RULES: readonly Rule[] = [
  {
    name: "the environment is read by config only",
    instead: "add a setting to src/config.ts and read world.config",
    allowed: MAINS,
    bad: { path: "src/slots/find.ts", text: "export const a = process.env.PORT;" },
    breaks: ({ code }) => /\b(process|Bun|import\.meta)\.env\b/.test(code),
  },
  {
    name: "Bun is known to main, db and the password file only",
    instead: "use the web's or Node's way, or move it behind db/: app.ts must run elsewhere too",
    allowed: { ...MAINS, "src/db/": "sockets", "src/accounts/password.ts": "bcrypt" },
    bad: { path: "src/slots/find.ts", text: 'export const a = Bun.file("a");' },
    breaks: (file) => /\bBun\.\w/.test(file.code) || imports(file, /^bun(:|$)/),
  },
  {
    name: "who administers is decided in http only",
    instead: "say asAdmin: true on the route: a role alone forgets the scope of an API key",
    allowed: { "src/http/scope.ts": "decides it" },
    bad: {
      path: "src/slots/routes.ts",
      text: 'export const a = (caller) => caller.user.role === "admin";',
    },
    breaks: ({ code }) => /\buser\??\.role\b\s*[!=]=/.test(code),
  },
  {
    name: "the clock is the world's",
    instead: "use world.now(); for other instants Temporal.Instant",
    allowed: {
      "src/world.ts": "makes the real clock",
      "src/http/auth.ts": "jose takes its clock as a Date, made from world.now()",
      "src/accounts/oauth/redeem.ts":
        "oauth4webapi takes our clock as its difference from the machine's",
      "src/availability/rule.ts": "rrule computes with Dates, as floating wall time",
      "src/widget/": "runs in browsers, which have no world and no Temporal yet",
    },
    bad: { path: "src/slots/find.ts", text: "export const a = Date.now();" },
    breaks: ({ code }) => /\bnew Date\b|\bDate\.now\b|\bDate\.parse\b|\bTemporal\.Now\b/.test(code),
  },
  {
    name: "nobody asks the runtime for a zone, whose data are stale",
    instead: 'use src/availability/zone.ts; Intl formats wall fields with timeZone: "UTC"',
    allowed: {
      "src/messages/zone-name.ts": "what people call a zone, and nothing of its clock",
      "src/widget/own-zone.ts": "what a browser calls the zone it is in, and nothing of its clock",
    },
    bad: {
      path: "src/messages/when.ts",
      text: 'export const a = new Intl.DateTimeFormat("en", { timeZone: zone });',
    },
    breaks: ({ code }) =>
      /\bZonedDateTime|toZonedDateTime|Now\.(zoned|plain|timeZone)|\.toLocale(Date|Time)?String\(/.test(
        code,
      ) ||
      (/\bIntl\.DateTimeFormat\b/.test(code) && intlZones(code).some((zone) => zone !== '"UTC"')),
  },
  {
    name: "a module has no timer and no variable of its own",
    instead: "make it inside the function that main.ts calls, and let it be stopped",
    allowed: {
      "src/accounts/password.ts": "how many hash at once is a matter of the process's cores",
    },
    bad: { path: "src/slots/find.ts", text: "let last = 0;\nexport const a = () => (last += 1);" },
    breaks: ({ code }) =>
      /^(export )?(let|var) |^(const \w+ = )?set(Timeout|Interval)\(/m.test(code),
  },
];

// Of each DateTimeFormat its zone, or nothing where it takes the machine's.
const intlZones = (code: string): string[] =>
  [...code.matchAll(/\bDateTimeFormat\(([^;]*?)\)/gs)].map(
    ([, options]) => /timeZone: ("[^"]*"|[\w.]+)/.exec(options ?? "")?.[1] ?? "",
  );

const matches = (path: string, pattern: string): boolean =>
  pattern.endsWith("/")
    ? path.startsWith(pattern)
    : pattern.startsWith("/")
      ? path.endsWith(pattern)
      : path === pattern;

/** Which files break a rule, each with what to do. */
export const breaches = (rule: Rule, files: readonly Source[]): string[] =>
  files
    .filter((file) => rule.breaks(file))
    .filter(({ path }) => !Object.keys(rule.allowed).some((pattern) => matches(path, pattern)))
    .map(({ path }) => `${path}: ${rule.instead}`);

/** Exceptions that no file needs any more. */
export const idleExceptions = (rule: Rule, files: readonly Source[]): string[] =>
  Object.keys(rule.allowed).filter(
    (pattern) => !files.some((file) => matches(file.path, pattern) && rule.breaks(file)),
  );
