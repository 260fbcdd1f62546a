// For pages that show Kalends in frames: gives each frame the height of its content, and tells what happens in it as
// events of the <iframe>. Believes only frames of the server that this file comes from.
const server = new URL(import.meta.url).origin;

// What was told before this came is told again. Whoever is there by now: it is no secret.
for (const { src, contentWindow } of document.querySelectorAll("iframe"))
  if (src.startsWith(`${server}/`)) contentWindow.postMessage({ source: "kalends" }, "*");

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== server || data?.source !== "kalends") return;
  const frame = [...document.querySelectorAll("iframe")].find(
    ({ contentWindow }) => contentWindow === source,
  );
  if (!frame) return;
  const { type, payload } = data;
  if (type === "page_height") frame.style.height = `${payload.height}px`;
  // An event called `error` that bubbles would be taken for a script's.
  else frame.dispatchEvent(new CustomEvent(type, { detail: payload, bubbles: type !== "error" }));
});
