// Files can be dropped on the import page, and it tells how much was sent.
"use strict";

function chosen(form) {
  const files = [...form.querySelector("input[type=file]").files];
  form.querySelector(".chosen").textContent = files.map((file) => file.name).join(", ");
}

function told(form, words) {
  form.querySelector(".sent").textContent = words;
}

function progress(form, event) {
  if (!event.lengthComputable) return;
  form.querySelector("progress").value = (100 * event.loaded) / event.total;
  told(form, event.loaded < event.total ? "Sending …" : "Reading and remembering …");
}

function done(form, request) {
  if (request.status === 200) return location.assign(request.responseURL);
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const why = page.querySelector("[role=alert]")?.textContent || request.status;
  told(form, request.status === 413 ? "That is more than one request may hold." : `Not accepted: ${why}`);
  form.querySelector("progress").hidden = true;
  form.querySelector("button").disabled = false;
}

function send(form, event) {
  event.preventDefault();
  const request = new XMLHttpRequest();
  request.open("POST", form.getAttribute("action"));
  request.upload.addEventListener("progress", (moved) => progress(form, moved));
  request.addEventListener("load", () => done(form, request));
  request.addEventListener("error", () => told(form, "The server could not be reached. What it had acknowledged is kept; import the file once more to go on."));
  request.send(new FormData(form));
  form.querySelector("progress").hidden = false;
  form.querySelector("button").disabled = true;
}

function dropped(form, event) {
  form.querySelector("input[type=file]").files = event.dataTransfer.files;
  chosen(form);
}

function wire() {
  const form = document.querySelector("[data-drop]");
  const zone = form?.querySelector(".drop");
  if (!zone) return;
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", name === "dragenter" || name === "dragover");
    });
  }
  zone.addEventListener("drop", (event) => dropped(form, event));
  form.querySelector("input[type=file]").addEventListener("change", () => chosen(form));
  form.addEventListener("submit", (event) => send(form, event));
}

wire();
