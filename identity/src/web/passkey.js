// Passkeys (WebAuthn Level 3), and the enrolment code that a link brings after its "#". Everything else works without this.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const create = (data) =>
  navigator.credentials.create({
    publicKey: {
      challenge: bytes(data.challenge),
      rp: { id: data.party, name: data.site },
      user: { id: bytes(data.user), name: data.name, displayName: data.name },
      pubKeyCredParams: data.algorithms.split(" ").map((alg) => ({ type: "public-key", alg: Number(alg) })),
      excludeCredentials: data.known.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
    },
  });

const use = (data) =>
  navigator.credentials.get({
    publicKey: { challenge: bytes(data.challenge), rpId: data.party, userVerification: "required" },
  });

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector("[data-problem]");
    problem.hidden = true;
    try {
      const made = form.dataset.passkey === "create";
      const credential = await (made ? create(form.dataset) : use(form.dataset));
      const answer = credential.response;
      const set = (name, value) => { form.elements.namedItem(name).value = value; };
      set("client_data", text(answer.clientDataJSON));
      if (made) {
        set("attestation", text(answer.attestationObject));
      } else {
        set("id", credential.id);
        set("authenticator_data", text(answer.authenticatorData));
        set("signature", text(answer.signature));
      }
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}

const code = document.querySelector("form[data-enrolment] input[name=enrolment]");
if (code && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
