// Asks the authenticator of this terminal; its answer is put into the form and sent like any other.
"use strict";

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const keys = (text) => text.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));

const put = (form, answers) => {
  for (const [name, value] of Object.entries(answers)) form.elements[name].value = value;
  form.submit();
};

const make = async (form) => {
  const asked = form.dataset;
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(asked.challenge),
      rp: { id: asked.host, name: asked.issuer },
      user: { id: bytes(asked.user), name: asked.login, displayName: asked.person },
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: keys(asked.keys),
      authenticatorSelection: { userVerification: "required", residentKey: "discouraged" },
      attestation: "none",
      timeout: 120000,
    },
  });
  put(form, { client_data: hex(made.response.clientDataJSON), attestation: hex(made.response.attestationObject) });
};

const prove = async (form) => {
  const asked = form.dataset;
  const shown = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(asked.challenge),
      rpId: asked.host,
      allowCredentials: keys(asked.keys),
      userVerification: "required",
      timeout: 120000,
    },
  });
  put(form, {
    credential: hex(shown.rawId),
    client_data: hex(shown.response.clientDataJSON),
    data: hex(shown.response.authenticatorData),
    signature: hex(shown.response.signature),
  });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = form.querySelector("[data-said]");
    const ask = form.dataset.passkey === "make" ? make : prove;
    ask(form).catch(() => {
      said.textContent = "認証器から答えがありませんでした。画面のアドレスと認証器を確かめて、もう一度押してください。";
    });
  });
}
