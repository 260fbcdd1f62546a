"""Reads a JSON list of iCalendar texts and tells what python3-icalendar and libical understand of each."""

import ctypes
import ctypes.util
import json
import sys

import icalendar

libical = ctypes.CDLL(ctypes.util.find_library("ical"))


def call(name, *arguments, result=ctypes.c_void_p):
    function = getattr(libical, name)
    function.restype = result
    return function(*[ctypes.c_void_p(each) if isinstance(each, int) else each for each in arguments])


def text_of(pointer):
    return pointer.decode() if pointer else None


def property_of(component, kind):
    number = call("icalproperty_string_to_kind", kind.encode(), result=ctypes.c_int)
    function = libical.icalcomponent_get_first_property
    function.restype = ctypes.c_void_p
    found = function(ctypes.c_void_p(component), ctypes.c_int(number))
    return text_of(call("icalproperty_get_value_as_string", found, result=ctypes.c_char_p)) if found else None


def by_libical(text):
    calendar = call("icalparser_parse_string", ctypes.c_char_p(text.encode()))
    call("icalrestriction_check", calendar, result=ctypes.c_int)
    errors = call("icalcomponent_count_errors", calendar, result=ctypes.c_int)
    first = libical.icalcomponent_get_first_component
    first.restype = ctypes.c_void_p
    kind = call("icalcomponent_string_to_kind", b"VEVENT", result=ctypes.c_int)
    event = first(ctypes.c_void_p(calendar), ctypes.c_int(kind))
    said = {name.lower(): property_of(event, name) for name in ("UID", "SEQUENCE", "DTSTART", "DTEND", "STATUS")}
    return {"errors": errors, "method": property_of(calendar, "METHOD"), **said}


def by_icalendar(text):
    calendar = icalendar.Calendar.from_ical(text)
    [event] = [each for each in calendar.walk() if each.name == "VEVENT"]
    # And back: what it would write is what it would read.
    [again] = [each for each in icalendar.Calendar.from_ical(calendar.to_ical()).walk() if each.name == "VEVENT"]

    def instant(name):
        if event[name].dt != again[name].dt:
            raise ValueError(name)
        return event[name].dt.strftime("%Y%m%dT%H%M%SZ")

    attendees = event.get("ATTENDEE", [])
    return {
        "errors": len(calendar.errors) + len(event.errors),
        "method": str(calendar["METHOD"]),
        "uid": str(event["UID"]),
        "sequence": str(event["SEQUENCE"]),
        "dtstart": instant("DTSTART"),
        "dtend": instant("DTEND"),
        "status": str(event["STATUS"]),
        "summary": str(event["SUMMARY"]),
        "attendees": len(attendees) if isinstance(attendees, list) else 1,
    }


texts = json.load(sys.stdin)
json.dump([{"libical": by_libical(text), "icalendar": by_icalendar(text)} for text in texts], sys.stdout)
