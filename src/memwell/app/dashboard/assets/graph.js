// Drags the points of the graph, and opens one without loading the whole page.
"use strict";

const box = () => document.getElementById("graph");

function spot(node, x, y) {
  node.dataset.x = x;
  node.dataset.y = y;
  node.setAttribute("transform", `translate(${x} ${y})`);
  for (const line of box().querySelectorAll("line")) {
    if (line.dataset.src === node.dataset.node) { line.setAttribute("x1", x); line.setAttribute("y1", y); }
    if (line.dataset.dst === node.dataset.node) { line.setAttribute("x2", x); line.setAttribute("y2", y); }
  }
}

function within(svg, event) {
  const point = new DOMPoint(event.clientX, event.clientY);
  return point.matrixTransform(svg.getScreenCTM().inverse());
}

function dragging(event) {
  const node = event.target.closest(".node");
  if (!node || event.button !== 0) return;
  const svg = node.ownerSVGElement;
  const start = within(svg, event);
  const from = { x: Number(node.dataset.x), y: Number(node.dataset.y) };
  const move = (moved) => {
    const at = within(svg, moved);
    if (Math.hypot(at.x - start.x, at.y - start.y) > 4) node.dataset.dragged = "yes";
    if (node.dataset.dragged) spot(node, from.x + at.x - start.x, from.y + at.y - start.y);
  };
  const stop = () => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", stop);
    setTimeout(() => delete node.dataset.dragged);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", stop);
}

async function open(address, id) {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) { location.assign(address); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("main").replaceWith(document.adoptNode(page.getElementById("main")));
  history.pushState(null, "", address);
  box()?.querySelector(`[data-node="${CSS.escape(id || "")}"]`)?.focus();
}

document.addEventListener("pointerdown", dragging);
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.("svg")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.node, a[data-open]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.dataset.dragged) return;
  const address = link.getAttribute("href");
  open(address, link.dataset.node || address.split(",").pop().split("=").pop());
});
addEventListener("popstate", () => location.reload());
