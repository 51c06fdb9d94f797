// Runs before the first paint: tells the server, by cookie, which scheme the system prefers, and asks again for a page that was made for the other one.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const preferred = () => dark.matches ? 'dark' : 'light';
  const tell = () => { document.cookie = `msportal-scheme=${preferred()}; path=/; max-age=31536000; samesite=lax`; };
  tell();
  dark.addEventListener('change', tell);
  const page = document.documentElement.dataset;
  const asked = 'msportal-scheme-asked';
  try {
    if (page.theme !== 'system' || page.scheme === preferred()) {
      sessionStorage.removeItem(asked);
    } else if (sessionStorage.getItem(asked) !== preferred()) {
      // Once: where cookies do not reach the server, the page stays as it is.
      sessionStorage.setItem(asked, preferred());
      location.reload();
    }
  } catch {
    // A browser that stores nothing keeps the page as it is, too.
  }
})();
