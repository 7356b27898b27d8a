// Forms that a passkey fills: data-dh-passkey="create" or "get". The button shows where the browser can do it.
const { webauthnJSON } = window; // allauth's copy of github/webauthn-json, loaded before

async function options(form) {
  const known = document.getElementById(form.dataset.dhOptions);
  if (known) return JSON.parse(known.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw new Error(`passkey: ${answer.status}`);
  return answer.json();
}

async function ask(form) {
  const given = await options(form);
  if (form.dataset.dhPasskey === "get") return webauthnJSON.get(given.request_options);
  const wanted = given.creation_options; // a key that can find its holder by itself may later sign in alone
  wanted.publicKey.authenticatorSelection.residentKey = "preferred";
  return webauthnJSON.create(wanted);
}

for (const form of document.querySelectorAll("[data-dh-passkey]")) {
  const button = form.querySelector("button");
  const failed = form.querySelector("[data-dh-failed]");
  button.hidden = !webauthnJSON.supported();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    button.disabled = true;
    try {
      form.elements.credential.value = JSON.stringify(await ask(form));
      form.submit();
    } catch { // the person closed the dialogue, or it has no such key
      failed.hidden = false;
      button.disabled = false;
    }
  });
}
