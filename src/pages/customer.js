// What a customer's page may do with the widget: hear of its events, and give a frame the height that it asks for.
const log = document.getElementById("events");
const note = (name, detail) => {
  const line = document.createElement("li");
  line.textContent = `${name} ${JSON.stringify(detail)}`;
  log.prepend(line);
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
for (const element of document.querySelectorAll("kalends-booking, iframe"))
  for (const name of EVENTS) element.addEventListener(name, ({ detail }) => note(name, detail));
