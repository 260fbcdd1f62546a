// What a program would load that has its calendars' clients among its imports.
import "@googleapis/calendar";
import "@microsoft/microsoft-graph-client";
import "tsdav";
import "ical.js";
