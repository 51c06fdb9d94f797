// Runs before the first paint: tells the server, by cookie, which scheme the system prefers, so that the next page is rendered in it.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const tell = () => { document.cookie = `msportal-scheme=${dark.matches ? 'dark' : 'light'}; path=/; max-age=31536000; samesite=lax`; };
  const known = /(?:^|; )msportal-scheme=(\w+)/.exec(document.cookie);
  tell();
  dark.addEventListener('change', tell);
  if (!known && dark.matches && document.documentElement.dataset.scheme === 'light' && !/(?:^|; )msportal-theme=(light|dark)/.test(document.cookie) && document.cookie.includes('msportal-scheme=')) {
    location.reload();
  }
})();
