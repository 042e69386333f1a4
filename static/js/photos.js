/* Photos of a return: taken one by one, shown before they are sent, and made small enough for a weak
   line. Without this the two file inputs go with the form as they are. */
(() => {
  "use strict";
  const LONGEST = 2000; // px; more than any screen, a tenth of what a camera sends

  const shrink = async (file) => {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    const small = blob && blob.size < file.size ? new File([blob], "anh.jpg", { type: "image/jpeg" }) : file;
    return { file: small, canvas };
  };

  document.querySelectorAll("[data-photos]").forEach((box) => {
    const [camera, chosen] = box.querySelectorAll("input[type=file]");
    const shown = box.querySelector(".photos__shown"), most = Number(box.dataset.most);
    let kept = [];
    box.classList.add("photos--live");

    const send = () => {
      const all = new DataTransfer();
      kept.forEach(({ file }) => all.items.add(file));
      chosen.files = all.files;
      camera.value = "";
    };
    const draw = () => {
      shown.replaceChildren(...kept.map((photo) => {
        const item = document.createElement("li"), button = document.createElement("button"), cross = document.createElement("span");
        cross.textContent = "×";
        button.type = "button";
        button.setAttribute("aria-label", box.dataset.remove);
        button.append(cross);
        button.addEventListener("click", () => { kept = kept.filter((other) => other !== photo); send(); draw(); });
        item.append(photo.canvas, button);
        return item;
      }));
      if (kept.length >= most) {
        const full = document.createElement("li");
        full.className = "tiny muted";
        full.textContent = box.dataset.full;
        shown.append(full);
      }
    };
    const add = async (event) => {
      const fresh = [...event.target.files].slice(0, most - kept.length);
      // What cannot be read here goes as it is: the server says what is wrong with it.
      const read = await Promise.all(fresh.map((file) => shrink(file).catch(() => ({ file, canvas: document.createElement("canvas") }))));
      kept = [...kept, ...read];
      send();
      draw();
    };
    camera.addEventListener("change", add);
    chosen.addEventListener("change", add);
  });
})();
