// A booking page inside a frame: tells the page around it how high it is and what happens. Only the origin that the
// frame's address names, and the server has allowed, hears of it.
const { origin } = document.querySelector("[data-origin]")?.dataset ?? {};
const widget = document.querySelector("kalends-booking");
const root = document.documentElement;

const tell = (type, payload) => {
  if (origin && parent !== window)
    parent.postMessage({ source: "kalends", version: 1, type, payload }, origin);
};

const EVENTS = [
  "ready",
  "type_viewed",
  "date_selected",
  "slot_selected",
  "booking_created",
  "booking_rescheduled",
  "booking_cancelled",
  "error",
];
for (const type of EVENTS) widget?.addEventListener(type, ({ detail }) => tell(type, detail));

// The widget hides the plain page and its heading as soon as it is there; who cannot see still wants to know where he is.
void customElements.whenDefined("kalends-booking").then(() => {
  const heading = widget?.querySelector("h1");
  if (!heading) return;
  heading.className = "visually-hidden";
  widget.before(heading);
});

const main = document.getElementById("main");
const PATIENCE_MS = 500;
let last = 0;
let timer;

// While the frame is as high as its content there is nothing to scroll, so no bar that takes of its width either. A page
// that does not follow is given a moment, then the frame scrolls by itself.
const fit = () => root.classList.toggle("fits", innerHeight >= last);
const measure = () => {
  const height = Math.ceil(main.getBoundingClientRect().height);
  if (height !== last) {
    last = height;
    tell("page_height", { height });
  }
  clearTimeout(timer);
  if (innerHeight >= last) fit();
  else timer = setTimeout(fit, PATIENCE_MS);
};
new ResizeObserver(measure).observe(main);
addEventListener("resize", measure);
// Who came too late to hear of it asks.
addEventListener("message", (event) => {
  if (event.source !== parent || event.origin !== origin || event.data?.source !== "kalends")
    return;
  last = 0;
  measure();
});
measure();
