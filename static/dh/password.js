// "Hiện mật khẩu": the button beside a password shows what is typed.
for (const button of document.querySelectorAll("[data-dh-show-password]")) {
  const box = document.getElementById(button.getAttribute("aria-controls"));
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = box.type === "password";
    box.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    box.focus();
  });
  box.form.addEventListener("submit", () => { box.type = "password"; }); // browsers keep only what was typed hidden
}
