// Shortcuts. Everything they do can be done without them.
"use strict";

const PLACES = { s: "/", t: "/timeline", g: "/graph", o: "/overview", j: "/jobs" };
let going = 0; // until when a letter after `g` names a place

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function step(by) {
  const items = [...document.querySelectorAll(".item")].filter((each) => each.checkVisibility());
  const here = items.findIndex((each) => each.contains(document.activeElement));
  const next = items[here < 0 && by < 0 ? items.length - 1 : here + by];
  if (next) (next.querySelector("a") || next).focus();
}

function search() {
  const field = document.querySelector("[data-search]");
  if (field) field.select();
  else location.assign("/?focus=search");
}

function shortcut(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return true; }
  if (typing(event.target) || document.querySelector("dialog[open]")) return false;
  if (Date.now() < going && PLACES[event.key]) { location.assign(PLACES[event.key]); return true; }
  going = 0;
  if (event.key === "/") search();
  else if (event.key === "?") document.getElementById("shortcuts")?.showModal();
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "g") going = Date.now() + 1500;
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (shortcut(event)) event.preventDefault();
});

// Not by scrollIntoView: the first Tab would go on from there, beyond the link that skips it all.
const here = document.querySelector("nav [aria-current]");
if (here) {
  const list = here.closest("nav");
  list.scrollLeft = here.offsetLeft - list.offsetLeft - (list.clientWidth - here.offsetWidth) / 2;
}

if (new URLSearchParams(location.search).get("focus") === "search") search();
