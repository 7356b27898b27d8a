// Light or dark at once, kept for a year; without script the same form posts and the server sets the cookie.
for (const form of document.querySelectorAll("form[data-dh-theme]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const theme = event.submitter.value;
    const secure = location.protocol === "https:" ? ";Secure" : "";
    document.cookie = `theme=${theme};Path=/;Max-Age=31536000;SameSite=Lax${secure}`;
    document.documentElement.dataset.bsTheme = theme;
    document.dispatchEvent(new CustomEvent("dh:theme"));
    form.querySelector(`[value="${theme === "dark" ? "light" : "dark"}"]`).focus();
  });
}
