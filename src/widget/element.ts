// <kalends-booking host="alice" type="intro">: the element that customers put on their pages.
import { makeApi } from "./api.ts";
import type { Context, Options } from "./context.ts";
import { type Flow, makeFlow } from "./flow.ts";
import { format } from "./format.ts";
import { patch } from "./h.ts";
import type { KalendsBookingElement, KalendsPrefill } from "./kalends-booking.d.ts";
import { languageOf, loadWords } from "./languages.ts";
import { firstDayOf, localeFor } from "./locale.ts";
import { ownZone } from "./own-zone.ts";
import { opensBy } from "./popup.ts";
import { sheetOf } from "./sheet.ts";
import { initialState } from "./state.ts";
import { makeStore, type Store } from "./store.ts";
import css from "./style.css" with { type: "text" };
import { plural } from "./text.ts";
import { view } from "./views/view.ts";
import { ENGLISH } from "./words.ts";

const OWN_SERVER = new URL(import.meta.url).origin;

export class KalendsBooking extends HTMLElement implements KalendsBookingElement {
  static readonly observedAttributes = [
    "host",
    "type",
    "mode",
    "link",
    "booking",
    "token",
    "lang",
    "server",
  ];

  readonly #root = this.attachShadow({ mode: "open" });
  #stop: AbortController | null = null;
  #store: Store | null = null;
  #prefill: KalendsPrefill = {};
  /** Whether attributes changed since it began. */
  #isStale = false;
  /** What had the focus when the popup opened. */
  #opener: Element | null = null;

  get prefill(): KalendsPrefill {
    return this.#prefill;
  }
  set prefill(prefill: KalendsPrefill) {
    this.#prefill = prefill;
  }

  open(): void {
    this.#store?.set({ isOpen: true });
  }
  close(): void {
    this.#store?.set({ isOpen: false });
  }

  connectedCallback(): void {
    // Moved within the page: everything goes on, but the browser has closed what lay above the page.
    if (this.#stop) this.#store?.set({});
    else this.#start(false);
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.#end();
    });
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (!this.#stop || before === after || this.#isStale) return;
    this.#isStale = true;
    // Frameworks set one attribute after the other.
    queueMicrotask(() => {
      this.#isStale = false;
      if (!this.#stop) return;
      this.#end();
      this.#start(this.#store?.state.isOpen === true);
    });
  }

  #end(): void {
    this.#stop?.abort();
    this.#stop = null;
  }

  #start(isOpen: boolean): void {
    const controller = new AbortController();
    const stop = controller.signal;
    this.#stop = controller;
    const options = this.#options();
    const typed = this.#store?.state.typed;
    const now = new Date();
    const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
      .map((part) => String(part).padStart(2, "0"))
      .join("-");
    const store = makeStore(
      initialState({
        ...options,
        month: [options.date ?? today, today].sort().at(-1)!.slice(0, 7),
        isManaging: options.bookingId !== null,
      }),
      () => stop.aborted || this.#draw(context, flow),
    );
    const tags = [this.closest("[lang]")?.getAttribute("lang"), ...navigator.languages].filter(
      (tag) => !!tag,
    ) as string[];
    const language = languageOf(tags);
    const locale = localeFor(
      tags.find((tag) => languageOf([tag]) === language) ?? language,
      navigator.languages,
    );
    const context: Context = {
      options,
      store,
      stop,
      api: makeApi(options.server, stop),
      prefill: () => this.#prefill,
      addStyle: (text) => {
        const sheet = sheetOf(text);
        const { adoptedStyleSheets: all } = this.#root;
        if (!all.includes(sheet)) this.#root.adoptedStyleSheets = [...all, sheet];
      },
      attribute: (name) => this.getAttribute(name),
      // An event called `error` that bubbles would be taken for a script's.
      emit: (type, detail) =>
        this.dispatchEvent(
          new CustomEvent(type, { detail, bubbles: type !== "error", composed: true }),
        ),
      words: ENGLISH,
      format: format(locale),
      firstDay: firstDayOf(locale),
      say: (key, n) => plural(context.words[key], n, locale),
    };
    const flow = makeFlow(context, today);
    this.#store = store;
    context.addStyle(css);
    // What was typed outlives a removal. Either way the first drawing follows.
    store.set({ isOpen, ...(typed && { typed }) });
    let isLoaded = false;
    this.#load = () => {
      if (isLoaded) return;
      isLoaded = true;
      flow.start();
    };
    void loadWords(language, options.server, stop).then((words) => {
      if (words === null) return;
      context.words = words;
      store.set({});
    });
    if (options.mode === "inline") this.#load();
    else opensBy(this, options, stop);
  }

  #load: () => void = () => {};

  /** Whether the focus is where the state wants it. */
  #draw(context: Context, flow: Flow): boolean {
    const { isOpen, focus, reveal } = context.store.state;
    if (isOpen) this.#load();
    patch(this.#root, [view({ context, flow })]);
    const dialog = this.#root.querySelector("dialog");
    if (dialog && (isOpen ? !dialog.matches(":modal") : dialog.open)) {
      if (isOpen) {
        // Moved, it is open and yet no popup.
        if (dialog.open) dialog.open = false;
        else this.#opener = document.activeElement;
        dialog.showModal();
      } else {
        dialog.close();
        if (this.#opener instanceof HTMLElement) this.#opener.focus();
      }
    }
    if (reveal !== null) this.#root.getElementById(reveal)?.scrollIntoView({ block: "nearest" });
    if (focus === null) return true;
    // A time that one comes back to may be gone.
    const targets = [focus, "month", "title"].map((id) => this.#root.getElementById(id));
    const target = targets.find((each) => each !== null);
    target?.focus();
    return target !== undefined;
  }

  #options(): Options {
    const get = (name: string) => this.getAttribute(name);
    const mode = get("mode");
    const asked = new URLSearchParams(location.search);
    const dated = get("date") ?? asked.get("kalends-date");
    const minutes = Number(get("duration") ?? asked.get("kalends-duration"));
    return {
      server: get("server") ?? OWN_SERVER,
      host: get("host") ?? "",
      type: get("type") ?? "",
      mode: mode === "popup" || mode === "badge" ? mode : "inline",
      link: get("link"),
      bookingId: get("booking"),
      token: get("token"),
      date: dated && /^\d{4}-\d\d-\d\d$/.test(dated) ? dated : null,
      duration: minutes > 0 ? minutes : null,
      timeZone: get("time-zone") ?? ownZone(),
      redirect: get("redirect"),
      label: get("label"),
    };
  }
}

// Two versions of the module on one page: the first one serves.
if (!customElements.get("kalends-booking"))
  customElements.define("kalends-booking", KalendsBooking);
