// Runs before the first paint. Mantine takes over from here with the same key and the same attribute.
(function () {
  var choice = null;
  try {
    choice = window.localStorage.getItem('sightglass-color-scheme');
  } catch {
    // Storage may be forbidden; the system's choice is used then.
  }
  var dark = choice === 'dark' || (choice !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
