"""What can be told of a page's accessibility by looking at it: names, landmarks, contrast."""

from typing import Any

CHECK = r"""
() => {
  const found = [];
  const shown = (e) => e.checkVisibility({ visibilityProperty: true });
  const named = (e) => {
    const by = e.getAttribute("aria-labelledby");
    const label = e.id && document.querySelector(`label[for="${CSS.escape(e.id)}"]`);
    const words = [e.getAttribute("aria-label"), by && document.getElementById(by)?.textContent,
      label?.textContent, e.closest("label")?.textContent, e.textContent];
    return words.some((each) => each && each.trim());
  };
  const tell = (what, e) => found.push(`${what}: ${e.outerHTML.slice(0, 120)}`);

  if (!document.documentElement.lang) found.push("no language");
  if (!document.title.trim()) found.push("no title");
  for (const [what, count] of [["main", 1], ["h1", 1], ["nav", 1], ["header", 1]])
    if (document.querySelectorAll(what).length !== count) found.push(`not one ${what}`);

  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids)) if (ids.filter((each) => each === id).length > 1) found.push(`two are called ${id}`);
  for (const e of document.querySelectorAll("input:not([type=hidden]), textarea, select, button, a[href], [role=region], section, progress"))
    if (shown(e) && !named(e)) tell("no name", e);
  for (const e of document.querySelectorAll("img:not([alt])")) tell("no alt", e);
  for (const e of document.querySelectorAll("[aria-labelledby]"))
    if (!document.getElementById(e.getAttribute("aria-labelledby"))) tell("names nothing", e);
  for (const e of document.querySelectorAll("th:not([scope])")) tell("no scope", e);
  let level = 0;
  for (const e of document.querySelectorAll("main h1, main h2, main h3, main h4")) {
    if (Number(e.tagName[1]) > level + 1) tell("a heading skips a level", e);
    level = Number(e.tagName[1]);
  }

  const parsed = (colour) => {
    const parts = colour.match(/[\d.]+/g).map(Number);
    return { rgb: parts.slice(0, 3), a: parts.length > 3 ? parts[3] : 1 };
  };
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const colour = parsed(getComputedStyle(at).backgroundColor);
      if (colour.a > 0.99) return colour.rgb;
    }
    return [255, 255, 255];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !shown(e) || e.closest("svg, script, .unseen, .skip")) continue;
    const ratio = contrast(parsed(getComputedStyle(e).color).rgb, ground(e));
    if (ratio < 4.5) tell(`contrast ${ratio.toFixed(2)}`, e);
  }
  for (const e of document.querySelectorAll("svg text")) {
    const ratio = contrast(parsed(getComputedStyle(e).fill).rgb, ground(e.closest("svg")));
    if (ratio < 4.5) tell(`contrast ${ratio.toFixed(2)}`, e);
  }
  for (const e of document.querySelectorAll("svg .node circle, svg .node rect, input:not([type=hidden]):not([type=file]), textarea, select")) {
    if (!shown(e)) continue;
    const style = getComputedStyle(e);
    const ratio = contrast(parsed(e.closest("svg") ? style.fill : style.borderTopColor).rgb, ground(e.closest("svg") || e.parentElement));
    if (ratio < 3) tell(`contrast of its shape ${ratio.toFixed(2)}`, e);
  }
  return [...new Set(found)].slice(0, 20);
}
"""


def faults_of(page: Any) -> list[str]:
    """What is wrong, in words; empty when nothing is."""
    return list(page.evaluate(CHECK))
