// Looks again at a job that is under way, without loading the whole page.
"use strict";

const OFTEN = 1000;

async function look() {
  const shown = document.querySelector('[data-job="on"]');
  if (!shown) return;
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-job]");
  if (!now) return;
  shown.replaceWith(document.adoptNode(now));
  const title = page.querySelector("h1");
  if (title) document.querySelector("h1").textContent = title.textContent;
  setTimeout(look, OFTEN);
}

setTimeout(look, OFTEN / 4);
