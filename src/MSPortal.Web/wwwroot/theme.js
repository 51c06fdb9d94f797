// Runs before the first paint: tells the server, by cookie, which scheme the system prefers, and asks again for a page that was made for the other one.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const preferred = () => dark.matches ? 'dark' : 'light';
  const tell = () => { document.cookie = `msportal-scheme=${preferred()}; path=/; max-age=31536000; samesite=lax`; };
  tell();
  dark.addEventListener('change', tell);
  const page = document.documentElement.dataset;
  // Without cookies the server would never know: the page stays as it is.
  if (page.theme === 'system' && page.scheme !== preferred() && document.cookie.includes(`msportal-scheme=${preferred()}`)) {
    location.reload();
  }
})();
