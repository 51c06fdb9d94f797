// Passkeys: asks the browser for one and hands it to the portal. An element with data-passkey says whether one is made ("create") or used ("get"),
// and with data-options and data-answer where the portal says what to ask for and takes what came.
(() => {
  const impossible = () => {
    if (/^\[|^\d+(\.\d+){3}$/.test(location.hostname)) {
      return 'Passkeys do not work at an address that is a number. Open the portal by its name.';
    }
    if (!window.isSecureContext) {
      return 'Passkeys work at secure addresses (https) only.';
    }
    return window.PublicKeyCredential?.parseCreationOptionsFromJSON ? null : 'This browser cannot use passkeys. Update it, or use another one.';
  };

  const send = async (address, fields) => {
    const answer = await fetch(address, { method: 'POST', body: fields });
    if (answer.status === 429) {
      return { problem: 'Too many attempts. Wait a minute, then try again.' };
    }
    if (!answer.ok || answer.redirected) {
      return { problem: 'This page was opened too long ago. Load it again.' };
    }
    return answer.json();
  };

  const ask = (kind, options) => kind === 'create'
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });

  const words = (kind, error) => {
    switch (error.name) {
      case 'NotAllowedError':
        return kind === 'create'
          ? 'No passkey was made: you cancelled, or it took too long.'
          : 'No passkey was used: you cancelled, it took too long, or this device has none for this portal.';
      case 'InvalidStateError':
        return 'This device or password manager has a passkey of yours already.';
      case 'SecurityError':
        return `Passkeys of this portal do not work at ${location.host}. Open it at its usual address.`;
      case 'NotSupportedError':
        return 'This device cannot make a passkey that the portal takes. Try a password manager or a security key.';
      default:
        return 'That did not work. Check your connection and your password manager, then try again.';
    }
  };

  // The answer is what is wrong; nothing when the page goes on.
  const run = async (element, form) => {
    const { passkey: kind, options, answer } = element.dataset;
    const asked = await send(options, new FormData(form));
    if (asked.options) {
      const fields = new FormData(form);
      fields.set('credential', JSON.stringify(await ask(kind, asked.options)));
      fields.delete('password');
      Object.assign(asked, { location: undefined }, await send(answer, fields));
    }
    if (asked.location) {
      location.assign(asked.location);
    }
    return asked.problem;
  };

  const begin = async (element) => {
    const form = element.closest('form');
    const told = form.querySelector('[data-passkey-problem]');
    if (form.ariaBusy === 'true') {
      return;
    }
    form.ariaBusy = 'true';
    told.hidden = true;
    told.textContent = impossible() ?? await run(element, form).catch((error) => words(element.dataset.passkey, error)) ?? '';
    told.hidden = !told.textContent;
    form.ariaBusy = 'false';
  };

  document.addEventListener('submit', (event) => {
    if (event.target.matches('form[data-passkey]')) {
      event.preventDefault();
      begin(event.target);
    }
  });

  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('button[data-passkey]');
    if (button) {
      begin(button);
    }
  });
})();
