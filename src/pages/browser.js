// Every page works without this. With it, the times of a booking page are the guest's own at once.
const zone = document.querySelector("select[data-own-zone]");
const address = new URL(location.href);
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;

// Whoever was quicker than this script has chosen himself.
const isUntouched = zone?.selectedOptions[0]?.defaultSelected;

if (isUntouched && own && own !== zone.value && !address.searchParams.has("timeZone")) {
  address.searchParams.set("timeZone", own);
  location.replace(address);
}
