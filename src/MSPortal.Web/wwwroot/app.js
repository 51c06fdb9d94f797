// The little that has to happen in the browser.
window.msportal = {
  setTheme(choice) {
    document.cookie = `msportal-theme=${choice}; path=/; max-age=31536000; samesite=lax`;
  },
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false; // Browsers allow it on secure addresses only.
    }
  },
  submit(id) {
    document.getElementById(id).requestSubmit();
  },
};

(() => {
  // Proposes the browser's time zone on the set-up page.
  const zone = document.querySelector('select[data-local-zone]');
  if (zone && zone.value === 'UTC') {
    const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ([...zone.options].some((option) => option.value === local)) {
      zone.value = local;
    }
  }

  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-reload]')) {
      location.reload();
    }
  });

  // A circuit that the server no longer knows cannot come back: only a fresh page helps.
  const notice = document.getElementById('components-reconnect-modal');
  notice?.addEventListener('components-reconnect-state-changed', (event) => {
    if (event.detail.state === 'rejected') {
      location.reload();
    } else if (event.detail.state === 'hide') {
      askAgain();
    }
  });

  // A table that holds only the rows in sight asks for others when its spacer comes in sight, once; when nobody hears it, it stays empty there. A spacer that changes is looked at anew.
  const askAgain = () => document.querySelectorAll('.mapping tbody tr:empty').forEach((spacer) => spacer.toggleAttribute('data-asked'));
  document.addEventListener('scrollend', () => setTimeout(askAgain, 500), true);
})();
