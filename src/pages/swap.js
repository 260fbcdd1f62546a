// Puts the widget in the place of the plain page when it has something to show, in one go. Whoever has begun with the
// plain page goes on with it, and so does everybody where the widget fails.
const plain = document.getElementById("plain");
const widget = document.querySelector("kalends-booking");
let isLeft = false;

const leave = () => {
  isLeft = true;
  plain.classList.remove("upgrading");
  widget.remove();
};

// A mail's link that points at a button of the plain page wants that button, and who was at one before this script came
// stays with it.
if (plain.querySelector(":target, :focus")) leave();

for (const begun of ["pointerdown", "keydown", "focusin"])
  plain.addEventListener(begun, () => isLeft || leave(), { once: true });

widget.addEventListener("error", () => isLeft || widget.hidden === false || leave());
widget.addEventListener(
  "ready",
  () => {
    if (isLeft) return;
    const heading = plain.querySelector("h1");
    heading.className = "visually-hidden";
    plain.replaceWith(heading);
    widget.hidden = false;
  },
  { once: true },
);
